// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <estate/base/attributes.hpp>
#include <estate/net/cidr_range.hpp>
#include <estate/net/socket_address.hpp>
#include <string_view>

namespace estate {

/// The text form of an address, a socket address or a range, held in place; what to_text() gives.
class AddressText {
public:
    /// The longest text: `[`, an IPv6 address of 39, `%` and a zone of 10, `]:` and a port of 5.
    static constexpr std::size_t capacity = 1 + 39 + 1 + 10 + 2 + 5;

    constexpr AddressText() noexcept = default;

    [[nodiscard]] constexpr std::string_view view() const noexcept ESTATE_LIFETIMEBOUND { return {chars_, size_}; }
    /// Ends with a NUL.
    [[nodiscard]] constexpr const char* c_str() const noexcept ESTATE_LIFETIMEBOUND { return chars_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    constexpr operator std::string_view() const noexcept ESTATE_LIFETIMEBOUND { return view(); }

    friend constexpr bool operator==(const AddressText& a, const AddressText& b) noexcept {
        return a.view() == b.view();
    }
    friend constexpr bool operator==(const AddressText& a, std::string_view b) noexcept { return a.view() == b; }

    /// Appends. A full text stays as it is.
    constexpr AddressText& put(char c) noexcept {
        if (size_ < capacity) chars_[size_++] = c;
        return *this;
    }
    /// Appends the number in decimal, without leading zeros.
    constexpr AddressText& put(std::uint32_t number) noexcept { return put_digits(number, 10); }
    /// Appends the number in lower-case hexadecimal, without leading zeros.
    constexpr AddressText& put_hex(std::uint32_t number) noexcept { return put_digits(number, 16); }

private:
    constexpr AddressText& put_digits(std::uint32_t number, std::uint32_t base) noexcept {
        if (number >= base) put_digits(number / base, base);
        return put("0123456789abcdef"[number % base]);
    }

    char chars_[capacity + 1] = {};
    std::uint8_t size_ = 0;
};

namespace detail {

constexpr AddressText& put(AddressText& text, IpAddress<V4> ip) noexcept {
    bool later = false;
    for (const std::uint8_t octet : ip.bytes()) {
        if (later) text.put('.');
        text.put(std::uint32_t{octet});
        later = true;
    }
    return text;
}

constexpr AddressText& put(AddressText& text, IpAddress<V6> ip) noexcept {
    const auto group = [&ip](unsigned i) {
        return static_cast<std::uint32_t>((ip.bits() >> (112 - 16 * i)).low() & 0xFFFF);
    };
    // RFC 5952 section 4.2: `::` stands for the longest run of two or more groups of zeros, the first of equals.
    unsigned gap = 8;
    unsigned gap_size = 1;
    for (unsigned i = 0, run = 0; i < 8; ++i) {
        run = group(i) == 0 ? run + 1 : 0;
        if (run > gap_size) {
            gap = i + 1 - run;
            gap_size = run;
        }
    }
    for (unsigned i = 0; i < 8; ++i) {
        if (i == gap) {
            text.put(':').put(':');
            i += gap_size - 1;
            continue;
        }
        if (i > 0 && i != gap + gap_size) text.put(':');
        // Section 5: the prefix is known to hold an IPv4 address.
        if (i == 6 && ip.is_v4_mapped()) return put(text, IpAddress<V4>{static_cast<std::uint32_t>(ip.bits().low())});
        text.put_hex(group(i));
    }
    return text;
}

}  // namespace detail

/// `192.0.2.1`; IPv6 in the canonical form of RFC 5952, `2001:db8::1`; a v4-mapped one ends like an IPv4 address.
template <Family F>
[[nodiscard]] constexpr AddressText to_text(const IpAddress<F>& ip) noexcept {
    AddressText text;
    return detail::put(text, ip);
}

/// `192.0.2.1:80`, `[2001:db8::1]:80`, `[fe80::1%2]:80`.
/// Source  RFC 5952 section 6; RFC 4007 section 11.
template <Family F>
[[nodiscard]] constexpr AddressText to_text(const SocketAddress<F>& at) noexcept {
    AddressText text;
    if constexpr (F::bits == 128) {
        detail::put(text.put('['), at.address());
        if (at.zone() != 0) text.put('%').put(at.zone());
        text.put(']');
    } else {
        detail::put(text, at.address());
    }
    return text.put(':').put(std::uint32_t{at.port().number()});
}

/// `192.0.2.0/24`, `2001:db8::/32`.
template <Family F>
[[nodiscard]] constexpr AddressText to_text(const CidrRange<F>& range) noexcept {
    AddressText text;
    return detail::put(text, range.first()).put('/').put(static_cast<std::uint32_t>(range.prefix_length()));
}

}  // namespace estate
