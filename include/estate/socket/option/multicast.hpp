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

/// Receives what one source sends to a group, on one interface; index 0 lets the system choose. A group may be joined
/// for several sources; a socket that joined it by join_group hears them all, and leaves that first. Set only.
/// Errors  address_not_available when it is joined for the source already; invalid_argument when it is joined by
///         join_group; no_such_device.
/// Source  RFC 3678 section 5.1 MCAST_JOIN_SOURCE_GROUP.
template <Family F>
struct join_source {
    using key = multicast_membership;
    using family = F;
    static constexpr bool set_only = true;
    static constexpr bool joins = true;
    IpAddress<F> group;
    IpAddress<F> source;
    std::uint32_t interface_index = 0;
};

/// The reverse of join_source.
/// Errors  address_not_available or invalid_argument when the group is not joined for that source.
/// Source  RFC 3678 section 5.1 MCAST_LEAVE_SOURCE_GROUP.
template <Family F>
struct leave_source {
    using key = multicast_membership;
    using family = F;
    static constexpr bool set_only = true;
    static constexpr bool joins = false;
    IpAddress<F> group;
    IpAddress<F> source;
    std::uint32_t interface_index = 0;
};

/// The interface by which what is sent to a group leaves; 0 lets the system choose, which goes by its routes and not by
/// the interface that a group was joined on. A link-local group takes it from its zone, any datagram from a Source. Set
/// only: IPv4 does not report it.
/// Errors  address_not_available (IPv4), no_such_device (IPv6).
/// Source  ip(7) IP_MULTICAST_IF, RFC 3493 section 5.2 IPV6_MULTICAST_IF.
struct multicast_interface {
    using key = multicast_interface;
    static constexpr bool set_only = true;
    std::uint32_t interface_index = 0;
};

/// Also receives what is sent to groups that other sockets of the host joined. Off by default, whatever the system's
/// default is: a socket bound to any address hears the groups that it joined. Linux.
/// Source  ip(7) IP_MULTICAST_ALL, IPV6_MULTICAST_ALL.
struct multicast_all {
    using key = multicast_all;
    bool value = true;
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
