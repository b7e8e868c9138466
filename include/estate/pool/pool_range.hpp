// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/usable.hpp>
#include <optional>

namespace estate {

/// A range of a pool, as it was added or grown since.
template <Family F>
struct PoolRange {
    CidrRange<F> cidr;
    UsableAddresses<F> usable;
    std::optional<IpAddress<F>> gateway{};
    std::uint64_t in_use = 0;
    bool draining = false;
};

}  // namespace estate
