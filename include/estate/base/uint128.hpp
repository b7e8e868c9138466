// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>

namespace estate {

/// An unsigned integer of 128 bits: IPv6 addresses as numbers, and how many a range has.
///
/// Wraps like the built-in ones; a shift by 128 or more gives 0. Two words rather than a compiler's
/// __int128, which not every target has. The members are public so that it can be a template argument.
struct Uint128 {
    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;

    constexpr Uint128() noexcept = default;
    template <std::integral T>
        requires(sizeof(T) <= sizeof(std::uint64_t))  // GNU modes count __int128 among the integral types
    constexpr Uint128(T low) noexcept
        : high_{low < T{0} ? ~std::uint64_t{0} : 0}, low_{static_cast<std::uint64_t>(low)} {}
    constexpr Uint128(std::uint64_t high, std::uint64_t low) noexcept : high_{high}, low_{low} {}
    [[nodiscard]] static constexpr Uint128 (max)() noexcept { return {~std::uint64_t{0}, ~std::uint64_t{0}}; }

    [[nodiscard]] constexpr std::uint64_t high() const noexcept { return high_; }
    [[nodiscard]] constexpr std::uint64_t low() const noexcept { return low_; }
    /// The number as 64 bits, UINT64_MAX where it does not fit.
    [[nodiscard]] constexpr std::uint64_t saturated() const noexcept { return high_ == 0 ? low_ : ~std::uint64_t{0}; }
    explicit constexpr operator bool() const noexcept { return (high_ | low_) != 0; }

    friend constexpr bool operator==(Uint128, Uint128) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(Uint128, Uint128) noexcept = default;

    friend constexpr Uint128 operator~(Uint128 a) noexcept { return {~a.high_, ~a.low_}; }
    friend constexpr Uint128 operator&(Uint128 a, Uint128 b) noexcept { return {a.high_ & b.high_, a.low_ & b.low_}; }
    friend constexpr Uint128 operator|(Uint128 a, Uint128 b) noexcept { return {a.high_ | b.high_, a.low_ | b.low_}; }
    friend constexpr Uint128 operator^(Uint128 a, Uint128 b) noexcept { return {a.high_ ^ b.high_, a.low_ ^ b.low_}; }
    friend constexpr Uint128 operator+(Uint128 a, Uint128 b) noexcept {
        const std::uint64_t low = a.low_ + b.low_;
        return {a.high_ + b.high_ + (low < a.low_ ? 1U : 0U), low};
    }
    friend constexpr Uint128 operator-(Uint128 a, Uint128 b) noexcept {
        return {a.high_ - b.high_ - (a.low_ < b.low_ ? 1U : 0U), a.low_ - b.low_};
    }
    friend constexpr Uint128 operator<<(Uint128 a, unsigned n) noexcept {
        if (n == 0) return a;
        if (n >= 128) return {};
        if (n >= 64) return {a.low_ << (n - 64), 0};
        return {(a.high_ << n) | (a.low_ >> (64 - n)), a.low_ << n};
    }
    friend constexpr Uint128 operator>>(Uint128 a, unsigned n) noexcept {
        if (n == 0) return a;
        if (n >= 128) return {};
        if (n >= 64) return {0, a.high_ >> (n - 64)};
        return {a.high_ >> n, (a.low_ >> n) | (a.high_ << (64 - n))};
    }
    constexpr Uint128& operator+=(Uint128 b) noexcept { return *this = *this + b; }
    constexpr Uint128& operator-=(Uint128 b) noexcept { return *this = *this - b; }
    constexpr Uint128& operator++() noexcept { return *this = *this + Uint128{1}; }
    constexpr Uint128& operator--() noexcept { return *this = *this - Uint128{1}; }
};

/// 0 to 128, like the functions of <bit>, which is 250 lines.
[[nodiscard]] constexpr int countl_zero(Uint128 a) noexcept {
    if (a.high() != 0) return __builtin_clzll(a.high());
    return a.low() != 0 ? 64 + __builtin_clzll(a.low()) : 128;
}
[[nodiscard]] constexpr int countr_zero(Uint128 a) noexcept {
    if (a.low() != 0) return __builtin_ctzll(a.low());
    return a.high() != 0 ? 64 + __builtin_ctzll(a.high()) : 128;
}
/// a + b, or max() where that does not fit.
[[nodiscard]] constexpr Uint128 saturating_add(Uint128 a, Uint128 b) noexcept {
    const Uint128 sum = a + b;
    return sum < a ? (Uint128::max)() : sum;
}

}  // namespace estate
