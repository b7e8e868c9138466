// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <estate/backend/posix/address.hpp>
#include <string>

namespace estate::sim {

/// An address and a port of either family. An IPv4-mapped IPv6 address never is one: it is IPv4.
struct Endpoint {
    std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 uses the first four
    std::uint32_t zone = 0;
    std::uint16_t port = 0;
    bool is_v6 = false;

    friend bool operator==(const Endpoint&, const Endpoint&) noexcept = default;

    [[nodiscard]] std::size_t width() const noexcept { return is_v6 ? 16 : 4; }
    [[nodiscard]] bool is_any() const noexcept { return bytes == std::array<std::uint8_t, 16>{}; }
    [[nodiscard]] bool is_loopback() const noexcept {
        if (!is_v6) return bytes[0] == 127;
        std::array<std::uint8_t, 16> one{};
        one[15] = 1;
        return bytes == one;
    }
    [[nodiscard]] bool is_multicast() const noexcept {
        return is_v6 ? bytes[0] == 0xff : (bytes[0] & 0xf0) == 0xe0;
    }
    /// Each link, or each device, has its own: fe80::/10, and groups of these two scopes (RFC 4291 section 2.7).
    [[nodiscard]] bool is_of_link() const noexcept {
        if (!is_v6) return false;
        if (is_multicast()) return (bytes[1] & 0x0f) == 1 || (bytes[1] & 0x0f) == 2;
        return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
    }
    /// 255.255.255.255; there are no networks in a world, so no other address is a broadcast.
    [[nodiscard]] bool is_broadcast() const noexcept {
        return !is_v6 && bytes[0] == 255 && bytes[1] == 255 && bytes[2] == 255 && bytes[3] == 255;
    }
    [[nodiscard]] bool is_same_address(const Endpoint& other) const noexcept {
        return is_v6 == other.is_v6 && bytes == other.bytes;
    }
    /// The first bits are the same.
    [[nodiscard]] bool shares(const Endpoint& other, int bits) const noexcept {
        if (is_v6 != other.is_v6) return false;
        const auto whole = static_cast<std::size_t>(bits / 8);
        for (std::size_t i = 0; i < whole; ++i) {
            if (bytes[i] != other.bytes[i]) return false;
        }
        return bits % 8 == 0 || (bytes[whole] ^ other.bytes[whole]) >> (8 - bits % 8) == 0;
    }
    [[nodiscard]] Endpoint with_port(std::uint16_t number) const noexcept {
        Endpoint copy = *this;
        copy.port = number;
        return copy;
    }

    static Endpoint of(const SocketAddress<V4>& address) noexcept {
        Endpoint made;
        const auto octets = address.address().to_uint();
        for (unsigned i = 0; i < 4; ++i) made.bytes[i] = static_cast<std::uint8_t>(octets >> (24 - 8 * i));
        made.port = address.port().number();
        return made;
    }
    static Endpoint of(const SocketAddress<V6>& address) noexcept {
        Endpoint made;
        made.is_v6 = true;
        made.bytes = address.address().bytes();
        made.port = address.port().number();
        made.zone = address.zone();
        return made;
    }
    static Endpoint of(IpAddress<V4> address) noexcept { return of(SocketAddress<V4>(address, Port(0))); }
    static Endpoint of(IpAddress<V6> address) noexcept { return of(SocketAddress<V6>(address, Port(0))); }
    static Endpoint any(bool v6) noexcept {
        Endpoint made;
        made.is_v6 = v6;
        return made;
    }
    static Endpoint loopback(bool v6) noexcept {
        return v6 ? of(IpAddress<V6>::loopback()) : of(IpAddress<V4>::loopback());
    }

    /// Pre  !is_v6
    [[nodiscard]] IpAddress<V4> v4() const noexcept {
        std::uint32_t octets = 0;
        for (unsigned i = 0; i < 4; ++i) octets = octets << 8 | bytes[i];
        return IpAddress<V4>(octets);
    }

    /// Reads what a program passed for a socket of the domain. Returns 0, EINVAL or EAFNOSUPPORT.
    static int read(const sockaddr* from, socklen_t size, int domain, Endpoint& to) noexcept {
        if (from == nullptr) return EFAULT;
        if (size < sizeof(sa_family_t)) return EINVAL;
        sa_family_t family = 0;
        std::memcpy(&family, from, sizeof family);
        if (domain == AF_INET) {
            if (size < sizeof(sockaddr_in)) return EINVAL;
            if (family != AF_INET) return EAFNOSUPPORT;
            sockaddr_in native{};
            std::memcpy(&native, from, sizeof native);
            to = of(posix::Native<V4>::to(native));
            return 0;
        }
        sockaddr_in6 native{};
        if (size < offsetof(sockaddr_in6, sin6_scope_id)) return EINVAL;
        if (family != AF_INET6) return EAFNOSUPPORT;
        std::memcpy(&native, from, size < sizeof native ? size : sizeof native);
        to = of(posix::Native<V6>::to(native));
        to.unmap();
        return 0;
    }

    /// Writes as much as fits, and the whole size, as the system does.
    void write(int domain, sockaddr* to, socklen_t* size) const noexcept {
        if (size == nullptr) return;
        if (domain == AF_INET) {
            copy_out(posix::Native<V4>::from(SocketAddress<V4>(v4(), Port(port))), to, size);
            return;
        }
        std::array<std::uint8_t, 16> wide = bytes;
        if (!is_v6) {
            wide = {};
            wide[10] = wide[11] = 0xff;
            for (std::size_t i = 0; i < 4; ++i) wide[12 + i] = bytes[i];
        }
        copy_out(posix::Native<V6>::from(
                     SocketAddress<V6>(IpAddress<V6>::from_bytes(wide), Port(port)).with_zone(zone)),
                 to, size);
    }

    /// `10.0.0.1:80`, `[2001:db8::1]:80`.
    [[nodiscard]] std::string text() const {
        char room[INET6_ADDRSTRLEN];
        const std::string name = ::inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), room, sizeof room);
        return (is_v6 ? '[' + name + ']' : name) + ':' + std::to_string(port);
    }

private:
    void unmap() noexcept {
        for (std::size_t i = 0; i < 10; ++i) {
            if (bytes[i] != 0) return;
        }
        if (bytes[10] != 0xff || bytes[11] != 0xff) return;
        for (std::size_t i = 0; i < 4; ++i) bytes[i] = bytes[12 + i];
        for (std::size_t i = 4; i < 16; ++i) bytes[i] = 0;
        is_v6 = false;
    }
    template <class Native>
    static void copy_out(const Native& native, sockaddr* to, socklen_t* size) noexcept {
        const socklen_t whole = sizeof native;
        std::memcpy(to, &native, *size < whole ? *size : whole);
        *size = whole;
    }
};

}  // namespace estate::sim
