// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <estate/pool/owner.hpp>
#include <utility>

/// Who asks for an address: checked once, as a program does that asks often.
struct Names {
    estate::Owner owner = estate::Owner::make("shop", "greeter", estate::ResourceType::vm("vm1")).value();

    template <class Pool>
    auto lease_from(Pool& pool) const {
        auto lease = pool.allocate(owner);
        if (!lease) std::abort();
        return std::move(lease).assume_value();
    }
};
