// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/uint128.hpp>

namespace estate {

/// Counts of addresses at one moment. capacity = in_use + held + free + cooling, but where the whole of IPv6 is in use,
/// free or held: 2^128 does not fit and is given as 2^128 - 1.
struct PoolStats {
    Uint128 capacity{};  ///< usable in all ranges: a v4 /24 has 254
    Uint128 in_use{};    ///< leased
    Uint128 held{};      ///< kept back: reserved, excluded, or in a range that drains
    Uint128 free{};      ///< what allocate() can hand out
    Uint128 cooling{};   ///< given back, and in quarantine

    friend constexpr bool operator==(const PoolStats&, const PoolStats&) noexcept = default;
};

/// What one tenant of a pool has.
struct TenantStats {
    std::uint64_t in_use = 0;
    std::uint64_t quota = ~std::uint64_t{0};  ///< as many as it may have

    friend constexpr bool operator==(const TenantStats&, const TenantStats&) noexcept = default;
};

}  // namespace estate
