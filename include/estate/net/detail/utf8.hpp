// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

namespace estate::detail {

/// JSON and component strings must be UTF-8 (RFC 8259 section 8.1; component model, canonical ABI).
/// Source  RFC 3629 section 3.
[[nodiscard]] constexpr bool is_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at++]);
        if (lead < 0x80) continue;
        const int size = std::countl_one(lead);
        if (size < 2 || size > 4) return false;
        char32_t code = lead & 0x7FU >> size;
        for (int i = 1; i < size; ++i, ++at) {
            if (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) return false;
            code = code << 6 | (static_cast<unsigned char>(text[at]) & 0x3FU);
        }
        const char32_t least = size == 2 ? 0x80U : size == 3 ? 0x800U : 0x10000U;  // a smaller one has a shorter form
        if (code < least || code > 0x10FFFFU || (code >= 0xD800U && code < 0xE000U)) return false;
    }
    return true;
}

}  // namespace estate::detail
