// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/uint128.hpp>

namespace estate::detail {

/// Numbers first to last, both included.
struct Span {
    Uint128 first;
    Uint128 last;

    [[nodiscard]] constexpr bool contains(Uint128 x) const noexcept { return first <= x && x <= last; }
    [[nodiscard]] constexpr bool meets(const Span& other) const noexcept {
        return first <= other.last && other.first <= last;
    }
    /// What both have in common. Pre  they meet
    [[nodiscard]] constexpr Span within(const Span& other) const noexcept {
        return {first < other.first ? other.first : first, other.last < last ? other.last : last};
    }
    /// At most 2^128 - 1.
    [[nodiscard]] constexpr Uint128 count() const noexcept { return last - first + Uint128{1}; }
};

}  // namespace estate::detail
