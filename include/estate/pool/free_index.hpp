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

namespace detail {
/// The bits of a leaf word, of 64 positions, that stand for first to last. Pre  some do
constexpr std::uint64_t bits_within(std::uint32_t leaf, std::uint32_t first, std::uint32_t last) noexcept {
    std::uint64_t bits = ~std::uint64_t{0};
    if (leaf == first / 64) bits &= ~std::uint64_t{0} << first % 64;
    if (leaf == last / 64) bits &= ~std::uint64_t{0} >> (63 - last % 64);
    return bits;
}
}  // namespace detail

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
    /// Where allocate() begins its search.
    [[nodiscard]] constexpr std::uint32_t cursor() const noexcept { return cursor_; }
    [[nodiscard]] constexpr unsigned levels() const noexcept { return words_.layout().levels; }

    /// Pre  position < size(), here and below
    [[nodiscard]] constexpr bool is_free(std::uint32_t position) const noexcept {
        return (words_[position / 64] >> position % 64 & 1) == 0;
    }

    /// The first free position at or after `from`, or none. Pre  nothing: `from` may be past the end.
    [[nodiscard]] constexpr std::uint32_t next_free(std::uint32_t from) const noexcept { return search<0>(from); }

    /// Takes the next free position after the one taken last, around the end if need be, or none.
    constexpr std::uint32_t allocate() noexcept { return allocate_from(cursor_); }
    /// Takes the first free position at or after `from`, around the end if need be, or none.
    constexpr std::uint32_t allocate_from(std::uint32_t from) noexcept {
        if (free() == 0) return none;
        std::uint32_t found = next_free(from);
        if (found == none) found = lowest_free<0>();
        take(found);
        cursor_ = found + 1;
        return found;
    }

    /// Takes this position; false if it was taken.
    [[nodiscard]] constexpr bool claim(std::uint32_t position) noexcept {
        if (!is_free(position)) return false;
        take(position);
        return true;
    }

    /// Gives the position back; false if it was free.
    constexpr bool release(std::uint32_t position) noexcept {
        if (is_free(position)) return false;
        give(position);
        return true;
    }
    /// The same for a position that is taken.
    constexpr void give(std::uint32_t position) noexcept {
        --taken_;
        clear<0>(position / 64, bit(position));
    }

    /// Takes every free position of first to last. Steps in proportion to the words between.
    constexpr void claim_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (std::uint32_t leaf = first / 64; leaf <= last / 64; ++leaf) take_bits(leaf, detail::bits_within(leaf, first, last));
    }
    /// Gives every taken position of first to last back.
    constexpr void release_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (std::uint32_t leaf = first / 64; leaf <= last / 64; ++leaf) give_bits(leaf, detail::bits_within(leaf, first, last));
    }

    /// Gives taken positions of one word of 64 back.
    constexpr void release_word(std::uint32_t leaf, std::uint64_t bits) noexcept { give_bits(leaf, bits); }

private:
    static constexpr std::uint64_t bit(std::uint32_t position) noexcept { return std::uint64_t{1} << position % 64; }
    static constexpr std::uint32_t lowest(std::uint64_t bits) noexcept {
        return static_cast<std::uint32_t>(std::countr_zero(bits));
    }

    [[nodiscard]] constexpr std::uint64_t word(unsigned level, std::uint32_t number) const noexcept {
        return words_[words_.layout().offset[level] + number];
    }
    [[nodiscard]] constexpr std::uint64_t& word(unsigned level, std::uint32_t number) noexcept {
        return words_[words_.layout().offset[level] + number];
    }
    /// Above Level there is another one. Levels are template arguments, so that they fold where the size is known.
    template <unsigned Level>
    [[nodiscard]] constexpr bool is_below() const noexcept {
        if constexpr (Level + 1 < IndexLayout::max_levels) return Level + 1 < levels();
        return false;
    }
    template <unsigned Level>
    static constexpr unsigned above = Level + 1 < IndexLayout::max_levels ? Level + 1 : Level;

    /// The first free position in what the bits of this level from `at` on stand for, or none.
    template <unsigned Level>
    [[nodiscard]] constexpr std::uint32_t search(std::uint32_t at) const noexcept {
        if (at >= words_.layout().bits[Level]) return none;
        const std::uint64_t open = ~word(Level, at / 64) & ~std::uint64_t{0} << at % 64;
        if (open != 0) [[likely]] {
            at = at / 64 * 64 + lowest(open);
            return at < words_.layout().bits[Level] ? descend<Level>(at) : none;  // past the end all looks open
        }
        return is_below<Level>() ? search<above<Level>>(at / 64 + 1) : none;
    }
    /// The very first free position, from the root on. Pre  there is one
    template <unsigned Level>
    [[nodiscard]] constexpr std::uint32_t lowest_free() const noexcept {
        return is_below<Level>() ? lowest_free<above<Level>>() : descend<Level>(lowest(~word(Level, 0)));
    }
    /// The first free position in what this bit stands for. Pre  there is one
    template <unsigned Level>
    [[nodiscard]] constexpr std::uint32_t descend(std::uint32_t at) const noexcept {
        if constexpr (Level == 0) {
            return at;
        } else {
            return descend<Level - 1>(at * 64 + lowest(~word(Level - 1, at)));
        }
    }

    /// Pre  it is free
    constexpr void take(std::uint32_t position) noexcept {
        ++taken_;
        set<0>(position / 64, bit(position));
    }
    /// The same for many in one leaf, but for those of which it is true already.
    constexpr void take_bits(std::uint32_t leaf, std::uint64_t bits) noexcept {
        bits &= ~words_[leaf];
        taken_ += static_cast<std::uint32_t>(std::popcount(bits));
        if (bits != 0) set<0>(leaf, bits);
    }
    constexpr void give_bits(std::uint32_t leaf, std::uint64_t bits) noexcept {
        bits &= words_[leaf];
        taken_ -= static_cast<std::uint32_t>(std::popcount(bits));
        if (bits != 0) clear<0>(leaf, bits);
    }
    /// What a word is that has nothing open.
    [[nodiscard]] constexpr std::uint64_t full(unsigned level, std::uint32_t number) const noexcept {
        const std::uint32_t last = words_.layout().bits[level] - 1;
        return number == last / 64 ? ~std::uint64_t{0} >> (63 - last % 64) : ~std::uint64_t{0};
    }
    /// A word that became full is a bit above, and so on.
    template <unsigned Level>
    constexpr void set(std::uint32_t number, std::uint64_t bits) noexcept {
        std::uint64_t& here = word(Level, number);
        here |= bits;
        if (is_below<Level>() && here == full(Level, number)) set<above<Level>>(number / 64, bit(number));
    }
    template <unsigned Level>
    constexpr void clear(std::uint32_t number, std::uint64_t bits) noexcept {
        std::uint64_t& here = word(Level, number);
        const bool was_full = here == full(Level, number);
        here &= ~bits;
        if (is_below<Level>() && was_full) clear<above<Level>>(number / 64, bit(number));
    }

    Words words_{};
    std::uint32_t taken_ = 0;
    std::uint32_t cursor_ = 0;
};

}  // namespace estate
