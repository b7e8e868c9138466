// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/transport/setting.hpp>

// Options about the packets that a socket sends, of TCP and UDP.

namespace estate::option {

/// A mark of its packets, by which rules of routing and firewalls choose; what a listener accepts has it too. Needs
/// CAP_NET_ADMIN, or CAP_NET_RAW since Linux 5.17. Linux.
/// Source  socket(7) SO_MARK.
struct mark {
    using key = mark;
    std::uint32_t value = 0;
};

/// Which queue of a device its packets take. More than 6 needs CAP_NET_ADMIN; what a listener accepts begins with 0
/// again, and traffic_class sets it too, on IPv4. Linux.
/// Range   0 to 2^31 - 1. Source  socket(7) SO_PRIORITY.
struct priority {
    using key = priority;
    int value = 0;
    [[nodiscard]] constexpr bool valid() const noexcept { return value >= 0; }
};

/// The octet of its packets that asks routers for a treatment: DSCP times 4, and ECN, which TCP keeps to itself.
/// Range   0 to 255. Source  ip(7) IP_TOS, RFC 3542 section 6.5 IPV6_TCLASS, RFC 2474.
struct traffic_class {
    using key = traffic_class;
    int value = 0;
    [[nodiscard]] constexpr bool valid() const noexcept { return value >= 0 && value <= 255; }
};

/// How long a packet to the peer may be, headers and all, as far as the system knows the path. To be read. Linux.
/// Units   bytes. Source  ip(7) IP_MTU, ipv6(7) IPV6_MTU.
struct path_mtu {
    using key = path_mtu;
    static constexpr bool get_only = true;
    int value = 0;
};

}  // namespace estate::option
