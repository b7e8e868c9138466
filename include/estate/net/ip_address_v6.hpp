// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <estate/base/lazy.hpp>
#include <estate/net/ip_address_v4.hpp>

namespace estate {

/// An IPv6 address. Where a link-local address lives, its zone, is said by SocketAddress<V6>.
///
/// Units   a number of 128 bits, high half first; bytes() is in network order.
/// Source  RFC 4291.
/// The members are public so that an address can be a template argument; read bits() or bytes().
template <>
class IpAddress<V6> {
public:
    using Bytes = std::array<std::uint8_t, 16>;

    /// ::
    constexpr IpAddress() noexcept = default;
    constexpr IpAddress(std::uint64_t high, std::uint64_t low) noexcept : high_{high}, low_{low} {}

    [[nodiscard]] static constexpr IpAddress from_bits(Uint128 number) noexcept {
        return {number.high(), number.low()};
    }
    /// Bytes in network order, as of every family.
    [[nodiscard]] static constexpr IpAddress from_bytes(const Bytes& bytes) noexcept {
        IpAddress made;
        for (unsigned i = 0; i < 8; ++i) {
            made.high_ = made.high_ << 8 | bytes[i];
            made.low_ = made.low_ << 8 | bytes[i + 8];
        }
        return made;
    }

    /// Reads the forms of RFC 4291 section 2.2: eight groups of 1 to 4 hexadecimal digits of either case, one
    /// `::` for one or more groups of zeros, the last two groups as strict dotted decimal if wanted.
    /// No zone, no brackets, nothing before or after.
    /// Errors  errc::malformed_address.
    template <class Self = IpAddress>
    [[nodiscard]] static constexpr result<Self> parse(std::string_view text) noexcept {
        Uint128 head;             // the groups read so far; after `::` those that follow it
        Uint128 before;           // the groups before `::`
        unsigned groups = 0;      // in all
        unsigned gap = no_gap;    // how many groups stand before `::`
        std::size_t at = 0;
        if (text.starts_with("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.size()) {
            if (groups == 8) return errc::malformed_address;
            const std::size_t begin = at;
            std::uint64_t group = 0;
            for (; at < text.size() && at - begin < 4 && digit(text[at]) < 16; ++at) {
                group = group << 4 | digit(text[at]);
            }
            if (at == begin) return errc::malformed_address;
            if (at < text.size() && text[at] == '.') {
                const auto tail = detail::lazy<IpAddress<V4>, Self>::parse(text.substr(begin));
                if (!tail || groups > 6) return errc::malformed_address;
                head = head << 32 | tail.assume_value().bits();
                groups += 2;
                break;
            }
            head = head << 16 | Uint128{group};
            ++groups;
            if (at == text.size()) break;
            if (text[at] != ':' || at + 1 == text.size()) return errc::malformed_address;
            ++at;
            if (text[at] == ':') {
                if (gap != no_gap) return errc::malformed_address;
                ++at;
                gap = groups;
                before = head;
                head = Uint128{};
            }
        }
        if (gap == no_gap ? groups != 8 : groups > 7) return errc::malformed_address;
        return from_bits(gap == no_gap ? head : before << (16 * (8 - gap)) | head);
    }

    [[nodiscard]] static constexpr IpAddress any() noexcept { return IpAddress{}; }
    [[nodiscard]] static constexpr IpAddress loopback() noexcept { return {0, 1}; }

    [[nodiscard]] constexpr Uint128 bits() const noexcept { return {high_, low_}; }
    /// In network order.
    [[nodiscard]] constexpr Bytes bytes() const noexcept {
        Bytes made{};
        for (unsigned i = 0; i < 8; ++i) {
            made[i] = static_cast<std::uint8_t>(high_ >> (56 - 8 * i));
            made[i + 8] = static_cast<std::uint8_t>(low_ >> (56 - 8 * i));
        }
        return made;
    }
    /// a.b.c.d of ::ffff:a.b.c.d.
    /// Errors  errc::address_not_v4_mapped.
    template <class Self = IpAddress>
    [[nodiscard]] constexpr result<detail::lazy<IpAddress<V4>, Self>> to_v4() const noexcept {
        if (!is_v4_mapped()) return errc::address_not_v4_mapped;
        return IpAddress<V4>{static_cast<std::uint32_t>(low_)};
    }

    [[nodiscard]] constexpr bool is_unspecified() const noexcept { return (high_ | low_) == 0; }
    [[nodiscard]] constexpr bool is_loopback() const noexcept { return high_ == 0 && low_ == 1; }
    /// fe80::/10
    [[nodiscard]] constexpr bool is_link_local() const noexcept { return high_ >> 54 == 0xFE80 >> 6; }
    /// ff00::/8
    [[nodiscard]] constexpr bool is_multicast() const noexcept { return high_ >> 56 == 0xFF; }
    /// IPv6 has none.
    [[nodiscard]] constexpr bool is_broadcast() const noexcept { return false; }
    /// fc00::/7, unique local, RFC 4193.
    [[nodiscard]] constexpr bool is_private() const noexcept { return high_ >> 57 == 0xFC >> 1; }
    /// 2001:db8::/32, RFC 3849, and 3fff::/20, RFC 9637.
    [[nodiscard]] constexpr bool is_documentation() const noexcept {
        return high_ >> 32 == 0x20010DB8 || high_ >> 44 == 0x3FFF0;
    }
    /// 2001:2::/48, RFC 5180.
    [[nodiscard]] constexpr bool is_benchmarking() const noexcept { return high_ >> 16 == 0x200100020000; }
    /// ::ffff:0:0/96, an IPv4 address in disguise, RFC 4291 section 2.5.5.2.
    [[nodiscard]] constexpr bool is_v4_mapped() const noexcept { return high_ == 0 && low_ >> 32 == 0xFFFF; }
    /// Means a host only together with a zone: link-local unicast, interface-local or link-local multicast.
    /// Source  RFC 4007 section 6.
    [[nodiscard]] constexpr bool is_zoned() const noexcept {
        const std::uint64_t scope = high_ >> 48 & 0xF;
        return is_link_local() || (is_multicast() && (scope == 1 || scope == 2));
    }

    friend constexpr bool operator==(const IpAddress&, const IpAddress&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(const IpAddress&, const IpAddress&) noexcept = default;

    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;

private:
    static constexpr unsigned no_gap = 9;
    /// 0 to 15, 16 for what is no hexadecimal digit.
    static constexpr unsigned digit(char c) noexcept {
        if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
        const unsigned letter = static_cast<unsigned char>(c) | 0x20U;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 16;
    }
};

constexpr IpAddress<V6> IpAddress<V4>::to_mapped() const noexcept {
    return {0, std::uint64_t{0xFFFF} << 32 | value_};
}

using Ipv6Address = IpAddress<V6>;

}  // namespace estate
