// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>
#include <estate/pool/resource.hpp>
#include <string>
#include <utility>

/// Who asks for an address, as a program has it: from elsewhere, so that the compiler folds nothing.
struct Names {
    std::string tenant{"shop"};
    std::string resource{"greeter"};
    estate::ResourceType type = estate::ResourceType::vm("vm1");

    template <class Pool>
    auto lease_from(Pool& pool) const {
        auto lease = pool.allocate(tenant, resource, type);
        if (!lease) std::abort();
        return std::move(lease).assume_value();
    }
};
