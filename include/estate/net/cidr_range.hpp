// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <cstdint>
#include <estate/net/detail/decimal.hpp>
#include <estate/net/detail/unwritten.hpp>
#include <estate/net/ip_address.hpp>

namespace estate {

/// The addresses that share a prefix.
///
/// Units   the prefix length is in bits, 0 to F::bits; no address has bits set outside it.
/// Source  RFC 4632 section 3.1 (IPv4), RFC 4291 section 2.3 (IPv6).
/// Ranges order by first address, the wider before the narrower. As a template argument a range is a CidrConstant.
template <Family F>
class CidrRange {
public:
    /// The unspecified address alone.
    constexpr CidrRange() noexcept = default;

    /// Errors  errc::prefix_too_long, host_bits_set.
    [[nodiscard]] static constexpr result<CidrRange> make(IpAddress<F> first, int length) noexcept {
        if (length < 0 || length > F::bits) return errc::prefix_too_long;
        const CidrRange range{first, length};
        if (range.first_ != first) return errc::host_bits_set;
        return range;
    }
    /// The range of that length which contains the address.
    /// Errors  errc::prefix_too_long.
    [[nodiscard]] static constexpr result<CidrRange> masked(IpAddress<F> any, int length) noexcept {
        if (length < 0 || length > F::bits) return errc::prefix_too_long;
        return CidrRange{any, length};
    }
    /// Reads `ADDRESS/LENGTH`, both strict.
    /// Errors  errc::malformed_address, malformed_prefix, prefix_too_long, host_bits_set.
    [[nodiscard]] static constexpr result<CidrRange> parse(std::string_view text) noexcept {
        const auto range = masked(text);
        if (!range) return range.assume_error();
        const auto address = IpAddress<F>::parse(text.substr(0, text.find('/')));
        return make(address.assume_value(), range.assume_value().prefix_length());
    }
    /// Like parse(), but clears the bits outside the prefix: `10.0.0.7/24` gives 10.0.0.0/24.
    /// Errors  errc::malformed_address, malformed_prefix, prefix_too_long.
    [[nodiscard]] static constexpr result<CidrRange> masked(std::string_view text) noexcept {
        const std::size_t slash = text.find('/');
        const auto address = IpAddress<F>::parse(text.substr(0, slash));
        if (!address) return errc::malformed_address;  // parse() gives no other error
        const std::uint64_t length = slash == text.npos ? detail::no_number : detail::decimal(text.substr(slash + 1));
        if (length == detail::no_number) return errc::malformed_prefix;
        if (length > std::uint64_t{F::bits}) return errc::prefix_too_long;
        return CidrRange{address.assume_value(), static_cast<int>(length)};
    }
    /// The range of one address.
    [[nodiscard]] static constexpr CidrRange of(IpAddress<F> one) noexcept { return CidrRange{one, F::bits}; }

    [[nodiscard]] constexpr IpAddress<F> first() const noexcept { return first_; }
    [[nodiscard]] constexpr IpAddress<F> last() const noexcept {
        return IpAddress<F>::from_bits(first_.bits() | host_mask(length_));
    }
    [[nodiscard]] constexpr int prefix_length() const noexcept { return length_; }
    /// How many addresses; ::/0 has 2^128, which does not fit and is given as 2^128 - 1.
    [[nodiscard]] constexpr Uint128 size() const noexcept { return saturating_add(host_mask(length_), Uint128{1}); }
    /// Every address of the family.
    [[nodiscard]] constexpr bool is_whole() const noexcept { return length_ == 0; }

    [[nodiscard]] constexpr bool contains(IpAddress<F> ip) const noexcept {
        return (ip.bits() ^ first_.bits()) >> host_bits() == Uint128{};
    }
    [[nodiscard]] constexpr bool contains(const CidrRange& other) const noexcept {
        return length_ <= other.length_ && contains(other.first_);
    }
    /// Two ranges share no address, or one contains the other.
    [[nodiscard]] constexpr bool overlaps(const CidrRange& other) const noexcept {
        return contains(other) || other.contains(*this);
    }

    /// The range twice as large that contains this one.
    /// Errors  errc::prefix_too_long (there is none for the whole family).
    [[nodiscard]] constexpr result<CidrRange> parent() const noexcept { return masked(first_, length_ - 1); }
    /// Errors  errc::prefix_too_long (one address has no halves).
    [[nodiscard]] constexpr result<CidrRange> lower_half() const noexcept { return masked(first_, length_ + 1); }
    /// Errors  errc::prefix_too_long (one address has no halves).
    [[nodiscard]] constexpr result<CidrRange> upper_half() const noexcept { return masked(last(), length_ + 1); }
    /// The index-th range of that length in this one, counted from 0.
    /// Errors  errc::prefix_too_long (or shorter than this one's), invalid_argument (no such index).
    [[nodiscard]] constexpr result<CidrRange> subnet(Uint128 index, int length) const noexcept {
        if (length < length_ || length > F::bits) return errc::prefix_too_long;
        const Uint128 last_index = host_mask(length_) >> static_cast<unsigned>(F::bits - length);
        if (index > last_index) return errc::invalid_argument;
        const Uint128 offset = index << static_cast<unsigned>(F::bits - length);
        return CidrRange{IpAddress<F>::from_bits(first_.bits() | offset), length};
    }

    friend constexpr bool operator==(const CidrRange&, const CidrRange&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(const CidrRange&, const CidrRange&) noexcept = default;

private:
    constexpr CidrRange(IpAddress<F> any, int length) noexcept
        : first_{IpAddress<F>::from_bits(any.bits() & ~host_mask(length))},
          length_{static_cast<std::uint8_t>(length)} {}

    [[nodiscard]] constexpr unsigned host_bits() const noexcept { return static_cast<unsigned>(F::bits - length_); }
    /// As many low bits as the family has outside the prefix.
    [[nodiscard]] static constexpr Uint128 host_mask(int length) noexcept {
        return (Uint128::max)() >> static_cast<unsigned>(128 - F::bits + length);
    }

    IpAddress<F> first_{};
    std::uint8_t length_ = static_cast<std::uint8_t>(F::bits);
};

}  // namespace estate
