// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace estate {

/// What allocate() does when every free address is still in quarantine.
enum class WhenCooling : std::uint8_t {
    refuse,       ///< errc::pool_cooling
    take_oldest,  ///< leases what has waited longest; in ranges with a bitmap, to within the time of quarantine
};

namespace detail {
/// How long an address waits between two leases, in nanoseconds; 0 for not at all.
struct Quarantine {
    std::int64_t least = 0;
    WhenCooling otherwise = WhenCooling::refuse;
};
}  // namespace detail

}  // namespace estate
