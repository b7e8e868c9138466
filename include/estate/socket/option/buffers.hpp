// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/transport/setting.hpp>

namespace estate::option {

/// Room for bytes that wait to be sent. Linux doubles what is set, and get() answers the double.
/// Units   bytes. Source  socket(7) SO_SNDBUF.
struct send_buffer {
    using key = send_buffer;
    int value = 0;
    /// Linux would take a negative one for the largest there is.
    [[nodiscard]] constexpr bool valid() const noexcept { return value >= 0; }
};

/// Room for bytes that wait to be received; before listen() or connect() it also bounds the TCP window.
/// Units   bytes; see send_buffer. Source  socket(7) SO_RCVBUF.
struct receive_buffer {
    using key = receive_buffer;
    int value = 0;
    [[nodiscard]] constexpr bool valid() const noexcept { return value >= 0; }
};

/// How many routers a packet may pass: TTL of IPv4, hop limit of IPv6.
/// Range   1 to 255; -1 is the system's default. Source  ip(7) IP_TTL, ipv6(7) IPV6_UNICAST_HOPS.
struct hop_limit {
    using key = hop_limit;
    int value = -1;
    /// IPv4 refuses 0, IPv6 would take it.
    [[nodiscard]] constexpr bool valid() const noexcept { return value == -1 || (value >= 1 && value <= 255); }
};

}  // namespace estate::option
