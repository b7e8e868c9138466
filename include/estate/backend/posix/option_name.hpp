// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <estate/net/family.hpp>
#include <estate/transport/setting.hpp>

namespace estate::posix {

/// How the system calls an option; negative: this platform or family has none.
struct OptionName {
    int level = -1;
    int name = -1;
};

/// The names that every system has; the header of each system adds its own.
template <class Option, class F>
inline constexpr OptionName name_of{};

template <class F> inline constexpr OptionName name_of<option::reuse_address, F>{SOL_SOCKET, SO_REUSEADDR};
template <class F> inline constexpr OptionName name_of<option::keep_alive, F>{SOL_SOCKET, SO_KEEPALIVE};
template <class F> inline constexpr OptionName name_of<option::send_buffer, F>{SOL_SOCKET, SO_SNDBUF};
template <class F> inline constexpr OptionName name_of<option::receive_buffer, F>{SOL_SOCKET, SO_RCVBUF};
template <class F> inline constexpr OptionName name_of<option::no_delay, F>{IPPROTO_TCP, TCP_NODELAY};
template <class F> inline constexpr OptionName name_of<option::keep_alive_interval, F>{IPPROTO_TCP, TCP_KEEPINTVL};
template <class F> inline constexpr OptionName name_of<option::keep_alive_count, F>{IPPROTO_TCP, TCP_KEEPCNT};
template <> inline constexpr OptionName name_of<option::broadcast, V4>{SOL_SOCKET, SO_BROADCAST};
template <> inline constexpr OptionName name_of<option::hop_limit, V4>{IPPROTO_IP, IP_TTL};
template <> inline constexpr OptionName name_of<option::hop_limit, V6>{IPPROTO_IPV6, IPV6_UNICAST_HOPS};
template <> inline constexpr OptionName name_of<option::traffic_class, V4>{IPPROTO_IP, IP_TOS};
template <> inline constexpr OptionName name_of<option::traffic_class, V6>{IPPROTO_IPV6, IPV6_TCLASS};
template <> inline constexpr OptionName name_of<option::multicast_hops, V4>{IPPROTO_IP, IP_MULTICAST_TTL};
template <> inline constexpr OptionName name_of<option::multicast_hops, V6>{IPPROTO_IPV6, IPV6_MULTICAST_HOPS};
template <> inline constexpr OptionName name_of<option::multicast_interface, V4>{IPPROTO_IP, IP_MULTICAST_IF};
template <> inline constexpr OptionName name_of<option::multicast_interface, V6>{IPPROTO_IPV6, IPV6_MULTICAST_IF};
template <> inline constexpr OptionName name_of<option::multicast_loop, V4>{IPPROTO_IP, IP_MULTICAST_LOOP};
template <> inline constexpr OptionName name_of<option::multicast_loop, V6>{IPPROTO_IPV6, IPV6_MULTICAST_LOOP};
template <> inline constexpr OptionName name_of<option::multicast_membership, V4>{IPPROTO_IP, 0};
template <> inline constexpr OptionName name_of<option::multicast_membership, V6>{IPPROTO_IPV6, 0};

}  // namespace estate::posix
