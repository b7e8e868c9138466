// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/transport/setting.hpp>
#include <estate/net/ip_address.hpp>

// Options that only UDP has.

namespace estate::option {

/// Allows sending to the broadcast address. Off by default; IPv4 only.
/// Source  socket(7) SO_BROADCAST.
struct broadcast {
    using key = broadcast;
    bool value = true;
};

/// Receives what is sent to a group, on one interface; index 0 lets the system choose. Set only.
/// Errors  address_in_use when it is a member already; no_such_device.
/// Source  ip(7) IP_ADD_MEMBERSHIP, RFC 3493 section 5.2 IPV6_JOIN_GROUP.
template <Family F>
struct join_group {
    using key = multicast_membership;
    using family = F;
    static constexpr bool set_only = true;
    static constexpr bool joins = true;
    IpAddress<F> group;
    std::uint32_t interface_index = 0;
};

/// The reverse of join_group.
/// Errors  address_not_available when it is no member.
/// Source  IP_DROP_MEMBERSHIP (ip(7)), IPV6_LEAVE_GROUP (RFC 3493).
template <Family F>
struct leave_group {
    using key = multicast_membership;
    using family = F;
    static constexpr bool set_only = true;
    static constexpr bool joins = false;
    IpAddress<F> group;
    std::uint32_t interface_index = 0;
};

/// How many routers a multicast packet may pass. Default 1: it stays on the link.
/// Range   0 to 255. Source  ip(7) IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS.
struct multicast_hops {
    using key = multicast_hops;
    int value = 1;
    /// Linux would take -1 for 1.
    [[nodiscard]] constexpr bool valid() const noexcept { return value >= 0 && value <= 255; }
};

/// Whether groups that this host joined hear what it sends. On by default.
/// Source  ip(7) IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP.
struct multicast_loop {
    using key = multicast_loop;
    bool value = true;
};

}  // namespace estate::option
