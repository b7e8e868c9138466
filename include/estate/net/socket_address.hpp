// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <cstdint>
#include <estate/net/detail/unwritten.hpp>
#include <estate/net/ip_address.hpp>
#include <estate/net/port.hpp>

namespace estate {

namespace detail {
struct address_bits {
    /// The address in the low 32 bits, the port in the next 16, zeros.
    [[nodiscard]] static constexpr std::uint64_t of(const SocketAddress<V4>& address) noexcept;
};
}  // namespace detail

/// Where a socket is: an IPv4 address and a port.
///
/// Source  POSIX.1-2024 <netinet/in.h> sockaddr_in.
template <>
class SocketAddress<V4> {
public:
    using family = V4;

    /// 0.0.0.0:0
    constexpr SocketAddress() noexcept = default;
    constexpr SocketAddress(IpAddress<V4> address, Port port) noexcept
        : bits_{std::uint64_t{port.number()} << 32 | address.to_uint()} {}

    /// Reads `ADDRESS:PORT`, both strict: `192.0.2.1:80`.
    /// Errors  errc::malformed_address, malformed_port (also: there is none).
    template <class Self = SocketAddress>
    [[nodiscard]] static constexpr result<Self> parse(std::string_view text) noexcept {
        const std::size_t colon = text.find(':');
        const auto address = detail::lazy<IpAddress<V4>, Self>::parse(text.substr(0, colon));
        if (!address) return address.assume_error();
        const std::string_view number = colon == text.npos ? std::string_view{} : text.substr(colon + 1);
        const auto port = detail::lazy<Port, Self>::parse(number);
        if (!port) return port.assume_error();
        return SocketAddress{address.assume_value(), port.assume_value()};
    }

    [[nodiscard]] static constexpr SocketAddress any(Port port) noexcept { return {IpAddress<V4>::any(), port}; }
    [[nodiscard]] static constexpr SocketAddress loopback(Port port) noexcept {
        return {IpAddress<V4>::loopback(), port};
    }

    [[nodiscard]] constexpr SocketAddress with_port(Port port) const noexcept { return {address(), port}; }

    /// The same place as an IPv6 socket that also serves IPv4 names it: [::ffff:a.b.c.d]:port.
    [[nodiscard]] constexpr SocketAddress<V6> to_mapped() const noexcept;  // defined beside SocketAddress<V6>

    [[nodiscard]] constexpr IpAddress<V4> address() const noexcept {
        return IpAddress<V4>{static_cast<std::uint32_t>(bits_)};
    }
    [[nodiscard]] constexpr Port port() const noexcept { return Port(static_cast<std::uint16_t>(bits_ >> 32)); }

    friend constexpr bool operator==(SocketAddress, SocketAddress) noexcept = default;
    /// By the address, then by the port.
    friend constexpr std::strong_ordering operator<=>(SocketAddress left, SocketAddress right) noexcept {
        if (left.address() != right.address()) return left.address() <=> right.address();
        return left.port() <=> right.port();
    }

private:
    friend struct detail::address_bits;

    std::uint64_t bits_ = 0;  // one word: to check it and to bring it into the system's form takes few instructions
};

constexpr std::uint64_t detail::address_bits::of(const SocketAddress<V4>& address) noexcept { return address.bits_; }

/// Where a socket is: an IPv6 address, the zone it is meant in, and a port.
///
/// Units   the zone is an interface index, 0 for none.
/// Source  POSIX.1-2024 <netinet/in.h> sockaddr_in6; RFC 4007 for zones. sin6_flowinfo is always 0.
template <>
class SocketAddress<V6> {
public:
    using family = V6;

    /// [::]:0
    constexpr SocketAddress() noexcept = default;
    constexpr SocketAddress(IpAddress<V6> address, Port port) noexcept : address_{address}, port_{port} {}

    /// Reads `[ADDRESS]:PORT` or `[ADDRESS%ZONE]:PORT`; the zone is a decimal interface index without leading
    /// zeros and stands only on an address that is_zoned(). Names of interfaces are not read.
    /// Errors  errc::malformed_address, malformed_zone, malformed_port (also: there is none).
    template <class Self = SocketAddress>
    [[nodiscard]] static constexpr result<Self> parse(std::string_view text) noexcept {
        const std::size_t end = text.find(']');
        if (!text.starts_with('[') || end == text.npos) return errc::malformed_address;
        const std::string_view name = text.substr(1, end - 1);
        const std::size_t percent = name.find('%');
        const auto address = detail::lazy<IpAddress<V6>, Self>::parse(name.substr(0, percent));
        if (!address) return address.assume_error();
        std::uint64_t zone = 0;
        if (percent != name.npos) {
            zone = detail::decimal(name.substr(percent + 1));
            if (zone == 0 || zone > UINT32_MAX || !address.assume_value().is_zoned()) return errc::malformed_zone;
        }
        const std::string_view rest = text.substr(end + 1);
        const auto port = detail::lazy<Port, Self>::parse(rest.starts_with(':') ? rest.substr(1) : std::string_view{});
        if (!port) return port.assume_error();
        return SocketAddress{address.assume_value(), port.assume_value()}.with_zone(static_cast<std::uint32_t>(zone));
    }

    [[nodiscard]] static constexpr SocketAddress any(Port port) noexcept { return {IpAddress<V6>::any(), port}; }
    [[nodiscard]] static constexpr SocketAddress loopback(Port port) noexcept {
        return {IpAddress<V6>::loopback(), port};
    }

    /// The same place in another zone. An address that is not is_zoned() keeps 0: no interface is taken from it. For a
    /// wider group option::multicast_interface chooses one, or the Source of a datagram.
    [[nodiscard]] constexpr SocketAddress with_zone(std::uint32_t zone) const noexcept {
        SocketAddress made{address_, port_};
        if (address_.is_zoned()) made.zone_ = zone;
        return made;
    }

    [[nodiscard]] constexpr SocketAddress with_port(Port port) const noexcept {
        SocketAddress made{*this};
        made.port_ = port;
        return made;
    }

    /// a.b.c.d:port of [::ffff:a.b.c.d]:port.
    /// Errors  errc::address_not_v4_mapped.
    template <class Self = SocketAddress>
    [[nodiscard]] constexpr result<detail::lazy<SocketAddress<V4>, Self>> to_v4() const noexcept {
        const auto ip = detail::lazy<IpAddress<V6>, Self>(address_).to_v4();
        if (!ip) return ip.assume_error();
        return SocketAddress<V4>{ip.assume_value(), port_};
    }

    [[nodiscard]] constexpr IpAddress<V6> address() const noexcept { return address_; }
    [[nodiscard]] constexpr std::uint32_t zone() const noexcept { return zone_; }
    [[nodiscard]] constexpr Port port() const noexcept { return port_; }

    friend constexpr bool operator==(const SocketAddress&, const SocketAddress&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(const SocketAddress&, const SocketAddress&) noexcept = default;

private:
    IpAddress<V6> address_;
    std::uint32_t zone_ = 0;
    Port port_;
};

/// `SocketAddress web{"192.0.2.7"_ip4, 80};` has the family of its address.
template <Family F>
SocketAddress(IpAddress<F>, Port) -> SocketAddress<F>;

constexpr SocketAddress<V6> SocketAddress<V4>::to_mapped() const noexcept { return {address().to_mapped(), port()}; }

}  // namespace estate
