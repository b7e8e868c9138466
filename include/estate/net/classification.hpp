// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/ip_address.hpp>

namespace estate {

/// A unicast address that the whole Internet may reach. What one range is for is a member: is_private() and
/// its like.
/// Source  IANA IPv4 Special-Purpose Address Registry, column "Globally Reachable".
[[nodiscard]] constexpr bool is_global(IpAddress<V4> ip) noexcept {
    const std::uint32_t number = ip.to_uint();
    if (number == 0xC0000009 || number == 0xC000000A) return true;  // 192.0.0.9 and .10, RFC 7723 and 8155
    return number >> 24 != 0 &&                                      // "this network"
           number >> 8 != 0xC00000 &&                                // 192.0.0.0/24, RFC 6890
           !ip.is_private() && !ip.is_shared() && !ip.is_loopback() && !ip.is_link_local() && !ip.is_documentation() &&
           !ip.is_benchmarking() && number < 0xE0000000;
}

/// Source  IANA IPv6 Special-Purpose Address Registry; only 2000::/3 is allocated (RFC 4291 section 2.4), and
/// 64:ff9b::/96 translates to IPv4 (RFC 6052).
[[nodiscard]] constexpr bool is_global(IpAddress<V6> ip) noexcept {
    const std::uint64_t high = ip.bits().high();
    const std::uint64_t low = ip.bits().low();
    if (high == 0x0064FF9B00000000) return low >> 32 == 0;
    if (high >> 61 != 1 || ip.is_documentation()) return false;
    if (high >> 48 == 0x2002) return false;      // 6to4, RFC 3056: as reachable as the IPv4 address inside
    if (high >> 41 != 0x20010000 >> 9) return true;
    // 2001::/23, IETF protocol assignments: closed but for these
    return (high == 0x2001000100000000 && low >= 1 && low <= 3) ||  // anycast, RFC 7723, 8155, 9665
           high >> 32 == 0x20010003 ||                              // AMT, RFC 7450
           high >> 16 == 0x200100040112 ||                          // AS112, RFC 7535
           high >> 36 == 0x2001002 ||                               // ORCHIDv2, RFC 7343
           high >> 36 == 0x2001003;                                 // drone identification, RFC 9374
}

}  // namespace estate
