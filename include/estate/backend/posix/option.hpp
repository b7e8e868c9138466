// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstring>
#include <estate/backend/posix/address.hpp>
#include <estate/transport/setting.hpp>

namespace estate::posix {

/// How the system calls an option; negative: this platform or family has none.
struct OptionName {
    int level = -1;
    int name = -1;
};

template <class Option, class F>
inline constexpr OptionName name_of{};

template <class F> inline constexpr OptionName name_of<option::reuse_address, F>{SOL_SOCKET, SO_REUSEADDR};
template <class F> inline constexpr OptionName name_of<option::reuse_port, F>{SOL_SOCKET, SO_REUSEPORT};
template <class F> inline constexpr OptionName name_of<option::bind_to_device, F>{SOL_SOCKET, SO_BINDTODEVICE};
template <class F> inline constexpr OptionName name_of<option::keep_alive, F>{SOL_SOCKET, SO_KEEPALIVE};
template <class F> inline constexpr OptionName name_of<option::linger, F>{SOL_SOCKET, SO_LINGER};
template <class F> inline constexpr OptionName name_of<option::send_buffer, F>{SOL_SOCKET, SO_SNDBUF};
template <class F> inline constexpr OptionName name_of<option::receive_buffer, F>{SOL_SOCKET, SO_RCVBUF};
template <class F> inline constexpr OptionName name_of<option::no_delay, F>{IPPROTO_TCP, TCP_NODELAY};
template <class F> inline constexpr OptionName name_of<option::keep_alive_idle, F>{IPPROTO_TCP, TCP_KEEPIDLE};
template <class F> inline constexpr OptionName name_of<option::keep_alive_interval, F>{IPPROTO_TCP, TCP_KEEPINTVL};
template <class F> inline constexpr OptionName name_of<option::keep_alive_count, F>{IPPROTO_TCP, TCP_KEEPCNT};
template <class F> inline constexpr OptionName name_of<option::fast_open, F>{IPPROTO_TCP, TCP_FASTOPEN};
template <class F>
inline constexpr OptionName name_of<option::bind_address_no_port, F>{IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT};
template <> inline constexpr OptionName name_of<option::v6_only, V6>{IPPROTO_IPV6, IPV6_V6ONLY};
template <> inline constexpr OptionName name_of<option::broadcast, V4>{SOL_SOCKET, SO_BROADCAST};
template <> inline constexpr OptionName name_of<option::freebind, V4>{IPPROTO_IP, IP_FREEBIND};
template <> inline constexpr OptionName name_of<option::freebind, V6>{IPPROTO_IPV6, IPV6_FREEBIND};
template <> inline constexpr OptionName name_of<option::transparent, V4>{IPPROTO_IP, IP_TRANSPARENT};
template <> inline constexpr OptionName name_of<option::transparent, V6>{IPPROTO_IPV6, IPV6_TRANSPARENT};
template <> inline constexpr OptionName name_of<option::hop_limit, V4>{IPPROTO_IP, IP_TTL};
template <> inline constexpr OptionName name_of<option::hop_limit, V6>{IPPROTO_IPV6, IPV6_UNICAST_HOPS};
template <> inline constexpr OptionName name_of<option::multicast_hops, V4>{IPPROTO_IP, IP_MULTICAST_TTL};
template <> inline constexpr OptionName name_of<option::multicast_hops, V6>{IPPROTO_IPV6, IPV6_MULTICAST_HOPS};
template <> inline constexpr OptionName name_of<option::multicast_loop, V4>{IPPROTO_IP, IP_MULTICAST_LOOP};
template <> inline constexpr OptionName name_of<option::multicast_loop, V6>{IPPROTO_IPV6, IPV6_MULTICAST_LOOP};
template <> inline constexpr OptionName name_of<option::multicast_membership, V4>{IPPROTO_IP, 0};
template <> inline constexpr OptionName name_of<option::multicast_membership, V6>{IPPROTO_IPV6, 0};

/// Options by value. What an Option holds decides how it travels: a flag or number as int, a time to
/// linger, the name of a device, a group to join or leave.
struct Options {
    template <class Option, Family F>
    static constexpr bool has_option = name_of<Option, F>.level >= 0;

    template <Family F, class Option>
    static result<void> set(const Descriptor& socket, const Option& option) noexcept {
        constexpr OptionName id = name_of<typename Option::key, F>;
        if constexpr (requires { option.joins; }) {
            return set_membership<F>(socket, option);
        } else if constexpr (requires { option.lingers; }) {
            const ::linger value{option.lingers ? 1 : 0, option.time.count()};
            return put(socket, id, value, sizeof value);
        } else if constexpr (requires { option.device; }) {
            return put(socket, id, option.device, option.length);
        } else if constexpr (requires { option.time; }) {
            const int value = option.time.count();
            return put(socket, id, value, sizeof value);
        } else {
            const int value = static_cast<int>(option.value);
            return put(socket, id, value, sizeof value);
        }
    }

    /// Inlined, GCC 12 at -O1 and -Os warns of the value that a failure has not (-Wmaybe-uninitialized).
    template <Family F, class Option>
    [[gnu::noinline]] static result<Option> get(const Descriptor& socket) noexcept {
        constexpr OptionName id = name_of<typename Option::key, F>;
        Option option{};
        if constexpr (requires { option.lingers; }) {
            ::linger value{};
            socklen_t size = sizeof value;
            if (!read(socket, id, value, size)) return failure(socket.number());
            option.lingers = value.l_onoff != 0;
            option.time = decltype(option.time)(value.l_linger);
        } else if constexpr (requires { option.device; }) {
            socklen_t size = sizeof option.device;
            if (!read(socket, id, option.device, size)) return failure(socket.number());
            option.length = size > 0 ? size - 1 : 0;  // the kernel counts the terminator
        } else {
            int value = 0;
            socklen_t size = sizeof value;
            if (!read(socket, id, value, size)) return failure(socket.number());
            if constexpr (requires { option.time; }) {
                option.time = decltype(option.time)(value);
            } else {
                option.value = static_cast<decltype(option.value)>(value);
            }
        }
        return option;
    }

private:
    template <class T>
    static result<void> put(const Descriptor& socket, OptionName id, const T& value, socklen_t size) noexcept {
        if (::setsockopt(socket.number(), id.level, id.name, &value, size) != 0) return failure(socket.number());
        return success();
    }
    template <class T>
    static bool read(const Descriptor& socket, OptionName id, T& value, socklen_t& size) noexcept {
        return ::getsockopt(socket.number(), id.level, id.name, &value, &size) == 0;
    }

    template <Family F, class Option>
    static result<void> set_membership(const Descriptor& socket, const Option& option) noexcept {
        if constexpr (std::same_as<F, V4>) {
            ip_mreqn request{};
            request.imr_multiaddr.s_addr = htonl(option.group.to_uint());
            request.imr_ifindex = static_cast<int>(option.interface_index);
            return put(socket, {IPPROTO_IP, option.joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP}, request,
                       sizeof request);
        } else {
            ipv6_mreq request{};
            const auto bytes = option.group.bytes();
            std::memcpy(&request.ipv6mr_multiaddr, bytes.data(), bytes.size());
            request.ipv6mr_interface = option.interface_index;
            return put(socket, {IPPROTO_IPV6, option.joins ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP}, request,
                       sizeof request);
        }
    }
};

}  // namespace estate::posix
