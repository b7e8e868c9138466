// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <estate/error/result.hpp>
#include <string_view>
#include <type_traits>

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

    friend constexpr bool operator==(const Name& a, const Name& b) noexcept {
        if constexpr (sizeof(Name) % sizeof(std::uint64_t) == 0) {
            if (!std::is_constant_evaluated()) return same_words(a, b);
        }
        return a.view() == b.view();
    }
    friend constexpr std::strong_ordering operator<=>(const Name& a, const Name& b) noexcept {
        return a.view() <=> b.view();
    }

private:
    /// The size is in the first word, and zeros follow the text to the end of its last word.
    [[nodiscard]] static bool same_words(const Name& a, const Name& b) noexcept {
        std::size_t at = 0;
        do {
            if (word(a, at) != word(b, at)) return false;
            at += sizeof(std::uint64_t);
        } while (at <= a.size_);
        return true;
    }
    [[nodiscard]] static std::uint64_t word(const Name& name, std::size_t at) noexcept {
        std::uint64_t read = 0;
        std::memcpy(&read, reinterpret_cast<const char*>(&name) + at, sizeof read);
        return read;
    }

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
