// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <wasi/wasip2.h>

#include <estate/backend/wasi/failure.hpp>
#include <estate/backend/wasi/resource.hpp>
#include <estate/error/result.hpp>
#include <estate/net/ip_address.hpp>
#include <estate/net/socket_address.hpp>

namespace estate::wasi {

/// Addresses as wasi:sockets/network has them: host byte order, by parts.
template <Family F>
struct Native;

template <>
struct Native<V4> {
    static constexpr network_ip_address_family_t family = NETWORK_IP_ADDRESS_FAMILY_IPV4;

    static network_ip_socket_address_t from(const SocketAddress<V4>& address) noexcept {
        const std::uint32_t ip = address.address().to_uint();
        network_ip_socket_address_t native{};
        native.tag = NETWORK_IP_SOCKET_ADDRESS_IPV4;
        native.val.ipv4.port = address.port().number();
        native.val.ipv4.address = {part(ip, 24), part(ip, 16), part(ip, 8), part(ip, 0)};
        return native;
    }
    static IpAddress<V4> to(const network_ipv4_address_t& ip) noexcept {
        return IpAddress<V4>(std::uint32_t{ip.f0} << 24 | std::uint32_t{ip.f1} << 16 | std::uint32_t{ip.f2} << 8 |
                             ip.f3);
    }
    static SocketAddress<V4> to(const network_ip_socket_address_t& native) noexcept {
        return {to(native.val.ipv4.address), Port(native.val.ipv4.port)};
    }

private:
    static std::uint8_t part(std::uint32_t ip, unsigned shift) noexcept {
        return static_cast<std::uint8_t>(ip >> shift);
    }
};

template <>
struct Native<V6> {
    static constexpr network_ip_address_family_t family = NETWORK_IP_ADDRESS_FAMILY_IPV6;

    static network_ip_socket_address_t from(const SocketAddress<V6>& address) noexcept {
        const auto bytes = address.address().bytes();
        std::uint16_t group[8];
        for (std::size_t i = 0; i < 8; ++i) {
            group[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
        }
        network_ip_socket_address_t native{};
        native.tag = NETWORK_IP_SOCKET_ADDRESS_IPV6;
        native.val.ipv6.port = address.port().number();
        native.val.ipv6.scope_id = address.zone();
        native.val.ipv6.address = {group[0], group[1], group[2], group[3], group[4], group[5], group[6], group[7]};
        return native;
    }
    static IpAddress<V6> to(const network_ipv6_address_t& ip) noexcept {
        const std::uint16_t groups[] = {ip.f0, ip.f1, ip.f2, ip.f3, ip.f4, ip.f5, ip.f6, ip.f7};
        std::array<std::uint8_t, 16> bytes{};
        for (std::size_t i = 0; i < 8; ++i) {
            bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
            bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
        }
        return IpAddress<V6>::from_bytes(bytes);
    }
    static SocketAddress<V6> to(const network_ip_socket_address_t& native) noexcept {
        return SocketAddress<V6>(to(native.val.ipv6.address), Port(native.val.ipv6.port))
            .with_zone(native.val.ipv6.scope_id);
    }
};

/// The four address questions (local or remote, of TCP or UDP) differ in their name only.
template <class Address, class Socket, class Call>
[[nodiscard]] result<Address> ask_address(const Socket& socket, Call call) noexcept {
    if (!socket) return errc::moved_from;
    network_ip_socket_address_t native{};
    network_error_code_t error = 0;
    if (!call(socket.borrow(), &native, &error)) return failure(error);
    return Native<typename Address::family>::to(native);
}

/// The program's only network, which bind() and connect() ask for.
[[nodiscard]] inline Network the_network() noexcept { return Network(instance_network_instance_network()); }

}  // namespace estate::wasi
