// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace estate {

/// How the words of a FreeIndex over `size` positions lie: a leaf has one bit a position, each level above
/// one bit a word of the level below, up to a root of one word. 1.016 bits a position.
struct IndexLayout {
    static constexpr unsigned max_levels = 6;  // 64^6 > 2^32

    /// Pre  size > 0
    constexpr explicit IndexLayout(std::uint32_t positions) noexcept : size{positions} {
        std::uint32_t bits_here = positions;
        do {
            bits[levels] = bits_here;
            offset[levels] = total;
            bits_here = (bits_here - 1) / 64 + 1;
            total += bits_here;
            ++levels;
        } while (bits_here > 1);
    }

    std::uint32_t size;
    unsigned levels = 0;
    std::uint32_t total = 0;                            ///< words in all
    std::array<std::uint32_t, max_levels> bits{};       ///< bits in use on a level
    std::array<std::uint32_t, max_levels> offset{};     ///< where a level begins, in words
};

/// The words of an index inside the object: no heap, and zeros at the start, so that it lies in .bss.
template <std::uint32_t Size>
struct InlineWords {
    [[nodiscard]] static constexpr const IndexLayout& layout() noexcept { return layout_; }
    [[nodiscard]] constexpr std::uint64_t& operator[](std::uint32_t i) noexcept { return words_[i]; }
    [[nodiscard]] constexpr std::uint64_t operator[](std::uint32_t i) const noexcept { return words_[i]; }

private:
    static constexpr IndexLayout layout_{Size};
    std::array<std::uint64_t, layout_.total> words_{};
};

/// Which of the positions 0 to size - 1 are free: a tree of bitmaps with 64 children a node. All are free
/// at the start.
///
/// A leaf bit is set when its position is taken, a bit above when the word below is full, so that zeroed
/// memory is an empty index. Every operation on one position touches at most two words a level (4 levels
/// for 2^24 positions), however full the index is. Not thread-safe.
template <class Words>
class FreeIndex {
public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    constexpr FreeIndex() noexcept
        requires requires { Words::layout(); }
    = default;
    /// Pre  the words are zero
    constexpr explicit FreeIndex(Words&& words) noexcept : words_{static_cast<Words&&>(words)} {}

    [[nodiscard]] constexpr std::uint32_t size() const noexcept { return words_.layout().size; }
    [[nodiscard]] constexpr std::uint32_t free() const noexcept { return size() - taken_; }
    [[nodiscard]] constexpr unsigned levels() const noexcept { return words_.layout().levels; }

    /// Pre  position < size(), here and below
    [[nodiscard]] constexpr bool is_free(std::uint32_t position) const noexcept {
        return (words_[position / 64] >> position % 64 & 1) == 0;
    }

    /// The first free position at or after `from`, or none. Pre  nothing: `from` may be past the end.
    [[nodiscard]] constexpr std::uint32_t next_free(std::uint32_t from) const noexcept {
        const IndexLayout& layout = words_.layout();
        std::uint32_t at = from;
        for (unsigned level = 0; level < layout.levels && at < layout.bits[level]; ++level) {
            const std::uint64_t open = open_bits(level, at / 64) & ~std::uint64_t{0} << at % 64;
            if (open != 0) return descend(level, at / 64 * 64 + lowest(open));
            at = at / 64 + 1;
        }
        return none;
    }

    /// Takes the next free position after the one taken last, around the end if need be, or none.
    constexpr std::uint32_t allocate() noexcept { return allocate_from(cursor_); }
    /// Takes the first free position at or after `from`, around the end if need be, or none.
    constexpr std::uint32_t allocate_from(std::uint32_t from) noexcept {
        if (free() == 0) return none;
        std::uint32_t found = next_free(from);
        if (found == none) found = descend(levels(), 0);
        take_bits(found / 64, bit(found));
        cursor_ = found + 1;
        return found;
    }

    /// Takes this position; false if it was taken.
    [[nodiscard]] constexpr bool claim(std::uint32_t position) noexcept {
        if (!is_free(position)) return false;
        take_bits(position / 64, bit(position));
        return true;
    }

    /// Gives the position back; false if it was free.
    constexpr bool release(std::uint32_t position) noexcept {
        if (is_free(position)) return false;
        give_bits(position / 64, bit(position));
        return true;
    }

    /// Takes every free position of first to last. Steps in proportion to the words between.
    constexpr void claim_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (std::uint32_t word = first / 64; word <= last / 64; ++word) take_bits(word, within(word, first, last));
    }
    /// Gives every taken position of first to last back.
    constexpr void release_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (std::uint32_t word = first / 64; word <= last / 64; ++word) give_bits(word, within(word, first, last));
    }

    /// Gives taken positions of one word of 64 back.
    constexpr void release_word(std::uint32_t word, std::uint64_t bits) noexcept { give_bits(word, bits); }

private:
    static constexpr std::uint64_t bit(std::uint32_t position) noexcept { return std::uint64_t{1} << position % 64; }
    static constexpr std::uint32_t lowest(std::uint64_t bits) noexcept {
        return static_cast<std::uint32_t>(std::countr_zero(bits));
    }
    static constexpr std::uint64_t within(std::uint32_t word, std::uint32_t first, std::uint32_t last) noexcept {
        std::uint64_t bits = ~std::uint64_t{0};
        if (word == first / 64) bits &= ~std::uint64_t{0} << first % 64;
        if (word == last / 64) bits &= ~std::uint64_t{0} >> (63 - last % 64);
        return bits;
    }

    /// The bits of a word that stand for something: all but past the end of the level.
    [[nodiscard]] constexpr std::uint64_t valid(unsigned level, std::uint32_t word) const noexcept {
        const std::uint32_t rest = words_.layout().bits[level] - word * 64;
        return rest >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rest) - 1;
    }
    [[nodiscard]] constexpr std::uint64_t open_bits(unsigned level, std::uint32_t word) const noexcept {
        return ~words_[words_.layout().offset[level] + word] & valid(level, word);
    }
    /// From a word on the level below `level` that has something open to the first free position in it.
    [[nodiscard]] constexpr std::uint32_t descend(unsigned level, std::uint32_t at) const noexcept {
        while (level > 0) at = at * 64 + lowest(open_bits(--level, at));
        return at;
    }

    constexpr void take_bits(std::uint32_t word, std::uint64_t bits) noexcept {
        const IndexLayout& layout = words_.layout();
        bits &= open_bits(0, word);
        taken_ += static_cast<std::uint32_t>(std::popcount(bits));
        for (unsigned level = 0; bits != 0 && level < layout.levels; ++level, word /= 64) {
            words_[layout.offset[level] + word] |= bits;
            bits = open_bits(level, word) == 0 ? bit(word) : 0;  // full now: so it is for the level above
        }
    }
    constexpr void give_bits(std::uint32_t word, std::uint64_t bits) noexcept {
        const IndexLayout& layout = words_.layout();
        bits &= words_[word];
        taken_ -= static_cast<std::uint32_t>(std::popcount(bits));
        for (unsigned level = 0; bits != 0 && level < layout.levels; ++level, word /= 64) {
            const bool was_full = open_bits(level, word) == 0;
            words_[layout.offset[level] + word] &= ~bits;
            bits = was_full ? bit(word) : 0;
        }
    }

    Words words_{};
    std::uint32_t taken_ = 0;
    std::uint32_t cursor_ = 0;
};

}  // namespace estate
