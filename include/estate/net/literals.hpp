// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/net/cidr_range.hpp>

namespace estate {

namespace detail {
// Not constexpr: calling one ends a constant evaluation, and the compiler prints its name.
void this_is_not_an_ipv4_address();
void this_is_not_an_ipv6_address();
void a_cidr_range_is_written_address_slash_length();
void the_prefix_length_exceeds_the_width_of_the_address();
void the_address_has_bits_outside_its_prefix();

template <class F>
constexpr CidrRange<F> cidr_literal(std::string_view text) {
    const auto range = CidrRange<F>::parse(text);
    if (!range) {
        if (range.assume_error() == errc::host_bits_set) the_address_has_bits_outside_its_prefix();
        if (range.assume_error() == errc::prefix_too_long) the_prefix_length_exceeds_the_width_of_the_address();
        if (range.assume_error() == errc::malformed_prefix) a_cidr_range_is_written_address_slash_length();
        F::bits == 32 ? this_is_not_an_ipv4_address() : this_is_not_an_ipv6_address();
    }
    return range.assume_value();
}
}  // namespace detail

/// Addresses and ranges in source text. A literal that parse() refuses does not compile, and the error names
/// the fault. Seen with `using namespace estate` or `using namespace estate::literals`.
inline namespace literals {

#if defined(__clang__) && __clang_major__ < 15
// Clang 14 calls a consteval literal operator at run time where it stands in a template, and does not link.
template <std::size_t Size>
struct LiteralText {
    consteval LiteralText(const char (&text)[Size]) {
        for (std::size_t i = 0; i < Size; ++i) chars[i] = text[i];
    }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {chars, Size - 1}; }
    char chars[Size] = {};
};
template <LiteralText Text>
constexpr IpAddress<V4> operator""_ip4() {
    constexpr auto ip = [] {
        const auto read = IpAddress<V4>::parse(Text.view());
        if (!read) detail::this_is_not_an_ipv4_address();
        return read.assume_value();
    }();
    return ip;
}
template <LiteralText Text>
constexpr IpAddress<V6> operator""_ip6() {
    constexpr auto ip = [] {
        const auto read = IpAddress<V6>::parse(Text.view());
        if (!read) detail::this_is_not_an_ipv6_address();
        return read.assume_value();
    }();
    return ip;
}
template <LiteralText Text>
constexpr CidrRange<V4> operator""_cidr4() {
    constexpr auto range = detail::cidr_literal<V4>(Text.view());
    return range;
}
template <LiteralText Text>
constexpr CidrRange<V6> operator""_cidr6() {
    constexpr auto range = detail::cidr_literal<V6>(Text.view());
    return range;
}
#else
/// `"192.0.2.1"_ip4`
consteval IpAddress<V4> operator""_ip4(const char* text, std::size_t size) {
    const auto ip = IpAddress<V4>::parse({text, size});
    if (!ip) detail::this_is_not_an_ipv4_address();
    return ip.assume_value();
}
/// `"2001:db8::1"_ip6`
consteval IpAddress<V6> operator""_ip6(const char* text, std::size_t size) {
    const auto ip = IpAddress<V6>::parse({text, size});
    if (!ip) detail::this_is_not_an_ipv6_address();
    return ip.assume_value();
}
/// `"192.0.2.0/24"_cidr4`
consteval CidrRange<V4> operator""_cidr4(const char* text, std::size_t size) {
    return detail::cidr_literal<V4>({text, size});
}
/// `"2001:db8::/32"_cidr6`
consteval CidrRange<V6> operator""_cidr6(const char* text, std::size_t size) {
    return detail::cidr_literal<V6>({text, size});
}
#endif

}  // namespace literals
}  // namespace estate
