// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string_view>

namespace estate::detail {

inline constexpr std::uint64_t no_number = ~std::uint64_t{0};

/// 1 to 10 decimal digits without sign or leading zeros; no_number for everything else.
constexpr std::uint64_t decimal(std::string_view text) noexcept {
    if (text.empty() || text.size() > 10 || (text[0] == '0' && text.size() > 1)) return no_number;
    std::uint64_t number = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return no_number;
        number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return number;
}

}  // namespace estate::detail
