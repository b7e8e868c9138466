// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <estate/error/result.hpp>
#include <string_view>

namespace estate {

/// A short text inside the object, so that what carries it is copied without a heap. Any bytes.
template <std::size_t Capacity>
class Name {
    static_assert(Capacity > 0 && Capacity < 256, "estate: a Name holds 1 to 255 bytes; choose a capacity in between");

public:
    /// Empty.
    constexpr Name() noexcept = default;

    /// Errors  errc::malformed_name (empty, or more than Capacity bytes).
    [[nodiscard]] static constexpr result<Name> make(std::string_view text) noexcept {
        if (text.empty() || text.size() > Capacity) return errc::malformed_name;
        return clipped(text);
    }
    /// The first Capacity bytes of the text.
    [[nodiscard]] static constexpr Name clipped(std::string_view text) noexcept {
        Name made;
        text = text.substr(0, Capacity);
        for (std::size_t i = 0; i < text.size(); ++i) made.text_[i] = text[i];
        made.size_ = static_cast<std::uint8_t>(text.size());
        return made;
    }

    [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text_, size_}; }

    friend constexpr bool operator==(const Name& a, const Name& b) noexcept { return a.view() == b.view(); }
    friend constexpr std::strong_ordering operator<=>(const Name& a, const Name& b) noexcept {
        return a.view() <=> b.view();
    }

private:
    std::uint8_t size_ = 0;
    char text_[Capacity] = {};
};

using TenantName = Name<63>;
using ResourceName = Name<63>;

namespace detail {
/// FNV-1a, folded.
[[nodiscard]] constexpr std::size_t hash_of_name(std::string_view name) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return static_cast<std::size_t>(hash ^ hash >> 32);
}
}  // namespace detail

}  // namespace estate
