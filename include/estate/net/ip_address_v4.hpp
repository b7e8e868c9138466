// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <estate/error/result.hpp>
#include <estate/net/family.hpp>
#include <estate/base/uint128.hpp>
#include <string_view>

namespace estate {

/// An IPv4 address.
///
/// Units   host byte order; `10.0.0.1` is 0x0A000001.
/// Source  RFC 791 section 3.2; text form RFC 6943 section 3.1.1 (strict dotted decimal).
/// The member is public so that an address can be a template argument; read to_uint().
template <>
class IpAddress<V4> {
public:
    using Bytes = std::array<std::uint8_t, 4>;

    /// 0.0.0.0
    constexpr IpAddress() noexcept = default;
    explicit constexpr IpAddress(std::uint32_t host_order) noexcept : value_{host_order} {}

    /// a.b.c.d
    [[nodiscard]] static constexpr IpAddress from_octets(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                                                         std::uint8_t d) noexcept {
        return IpAddress{std::uint32_t{a} << 24 | std::uint32_t{b} << 16 | std::uint32_t{c} << 8 | d};
    }
    /// Bytes in network order, as of every family.
    [[nodiscard]] static constexpr IpAddress from_bytes(const Bytes& bytes) noexcept {
        return from_octets(bytes[0], bytes[1], bytes[2], bytes[3]);
    }
    /// Pre  number < 2^32
    [[nodiscard]] static constexpr IpAddress from_bits(Uint128 number) noexcept {
        return IpAddress{static_cast<std::uint32_t>(number.low())};
    }

    /// Reads strict dotted decimal: four parts, no leading zeros, nothing before or after.
    /// Errors  errc::malformed_address.
    template <class Self = IpAddress>
    [[nodiscard]] static constexpr result<Self> parse(std::string_view text) noexcept {
        std::uint32_t value = 0;
        std::size_t at = 0;
        for (int part = 0; part < 4; ++part) {
            if (part > 0 && (at == text.size() || text[at] != '.')) return errc::malformed_address;
            at += part > 0 ? 1 : 0;
            const std::size_t begin = at;
            std::uint32_t octet = 0;
            for (; at < text.size() && at - begin < 3 && text[at] >= '0' && text[at] <= '9'; ++at) {
                octet = octet * 10 + static_cast<std::uint32_t>(text[at] - '0');
            }
            if (at == begin || octet > 255 || (text[begin] == '0' && at - begin > 1)) return errc::malformed_address;
            value = value << 8 | octet;
        }
        if (at != text.size()) return errc::malformed_address;
        return IpAddress{value};
    }

    [[nodiscard]] static constexpr IpAddress any() noexcept { return IpAddress{}; }
    [[nodiscard]] static constexpr IpAddress loopback() noexcept { return IpAddress{0x7F000001}; }
    [[nodiscard]] static constexpr IpAddress broadcast() noexcept { return IpAddress{0xFFFFFFFF}; }

    [[nodiscard]] constexpr std::uint32_t to_uint() const noexcept { return value_; }
    [[nodiscard]] constexpr Uint128 bits() const noexcept { return Uint128{value_}; }
    /// In network order.
    [[nodiscard]] constexpr Bytes bytes() const noexcept {
        return {static_cast<std::uint8_t>(value_ >> 24), static_cast<std::uint8_t>(value_ >> 16),
                static_cast<std::uint8_t>(value_ >> 8), static_cast<std::uint8_t>(value_)};
    }
    /// ::ffff:a.b.c.d, which stands for this address among IPv6 addresses. Source  RFC 4291 section 2.5.5.2.
    [[nodiscard]] constexpr IpAddress<V6> to_mapped() const noexcept;  // defined beside IpAddress<V6>

    [[nodiscard]] constexpr bool is_unspecified() const noexcept { return value_ == 0; }
    [[nodiscard]] constexpr bool is_loopback() const noexcept { return in(0x7F000000, 8); }
    /// 169.254.0.0/16, RFC 3927.
    [[nodiscard]] constexpr bool is_link_local() const noexcept { return in(0xA9FE0000, 16); }
    [[nodiscard]] constexpr bool is_multicast() const noexcept { return in(0xE0000000, 4); }
    /// 255.255.255.255; a subnet's own broadcast address is not known here.
    [[nodiscard]] constexpr bool is_broadcast() const noexcept { return value_ == 0xFFFFFFFF; }
    /// Only an IPv6 address can be.
    [[nodiscard]] constexpr bool is_v4_mapped() const noexcept { return false; }
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, RFC 1918.
    [[nodiscard]] constexpr bool is_private() const noexcept {
        return in(0x0A000000, 8) || in(0xAC100000, 12) || in(0xC0A80000, 16);
    }
    /// 100.64.0.0/10, between a provider and its customers, RFC 6598.
    [[nodiscard]] constexpr bool is_shared() const noexcept { return in(0x64400000, 10); }
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, RFC 5737.
    [[nodiscard]] constexpr bool is_documentation() const noexcept {
        return in(0xC0000200, 24) || in(0xC6336400, 24) || in(0xCB007100, 24);
    }
    /// 198.18.0.0/15, RFC 2544.
    [[nodiscard]] constexpr bool is_benchmarking() const noexcept { return in(0xC6120000, 15); }
    /// 240.0.0.0/4 without the broadcast address, RFC 1112 section 4.
    [[nodiscard]] constexpr bool is_reserved() const noexcept { return in(0xF0000000, 4) && !is_broadcast(); }

    friend constexpr bool operator==(IpAddress, IpAddress) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(IpAddress, IpAddress) noexcept = default;

    std::uint32_t value_ = 0;

private:
    [[nodiscard]] constexpr bool in(std::uint32_t prefix, int length) const noexcept {
        return (value_ ^ prefix) >> (32 - length) == 0;
    }
};

using Ipv4Address = IpAddress<V4>;

}  // namespace estate
