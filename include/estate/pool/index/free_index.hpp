// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace estate::detail {

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

/// The bits of a leaf word, of 64 positions, that stand for first to last. Pre  some do
constexpr std::uint64_t bits_within(std::uint32_t leaf, std::uint32_t first, std::uint32_t last) noexcept {
    std::uint64_t bits = ~std::uint64_t{0};
    if (leaf == first / 64) bits &= ~std::uint64_t{0} << first % 64;
    if (leaf == last / 64) bits &= ~std::uint64_t{0} >> (63 - last % 64);
    return bits;
}

/// How many bits are set. Mostly one is, and many processors can only count by a call.
constexpr std::uint32_t count_of(std::uint64_t bits) noexcept {
    if ((bits & (bits - 1)) == 0) return bits != 0 ? 1 : 0;
    return static_cast<std::uint32_t>(std::popcount(bits));
}

/// Which of the positions 0 to size - 1 are free: a tree of bitmaps with 64 children a node. All are free
/// at the start.
///
/// A leaf bit is set when its position is taken, a bit above when the word below is full, so that an index is zeros
/// but for the bits past the end of a level, which are set. Every operation on one position touches at most two words
/// a level (4 levels for 2^24 positions), however full the index is. Not thread-safe.
template <class Words>
class FreeIndex {
public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    constexpr FreeIndex() noexcept
        requires requires { Words::layout(); }
    {
        seal();
    }
    /// Zeros alone, for .bss: seal() must come before the first search and the first span.
    struct Unsealed {};
    constexpr explicit FreeIndex(Unsealed) noexcept
        requires requires { Words::layout(); }
    {}
    /// Pre  the words are zero
    constexpr explicit FreeIndex(Words&& words) noexcept : words_{static_cast<Words&&>(words)} { seal(); }

    /// Sets the bits past the end of each level; again does nothing.
    constexpr void seal() noexcept { seal<0>(); }

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
    [[nodiscard]] constexpr std::uint32_t next_free(std::uint32_t from) const noexcept {
        if (from >= size()) return none;
        const std::uint64_t open = ~word(0, from / 64) >> from % 64;
        if (open != 0) return from + lowest(open);
        const std::uint32_t leaf = word_after<0>(from / 64);
        return leaf != none ? leaf * 64 + lowest(~word(0, leaf)) : none;
    }

    /// Takes the next free position after the one taken last, around the end if need be, or none.
    constexpr std::uint32_t allocate() noexcept { return allocate_from(cursor_); }
    /// Takes the first free position at or after `from`, around the end if need be, or none. Pre  from <= size()
    constexpr std::uint32_t allocate_from(std::uint32_t from) noexcept {
        const bool at_end = size() % 64 == 0 && from == size();  // else its word is there
        std::uint32_t leaf = from / 64;
        std::uint32_t found = from;
        if (const std::uint64_t open = at_end ? 0 : ~word(0, leaf) >> from % 64; open != 0) {
            found += lowest(open);
        } else {
            leaf = at_end ? none : word_after<0>(leaf);
            if (leaf == none) leaf = first_word<0>();
            if (leaf == none) return none;
            found = leaf * 64 + lowest(~word(0, leaf));
        }
        ++taken_;
        set<0>(leaf, bit(found));
        cursor_ = found + 1;
        return found;
    }

    /// Takes what next_free() found; the next search begins after it.
    constexpr void take_found(std::uint32_t position) noexcept {
        take(position);
        cursor_ = position + 1;
    }
    /// As allocate_from(), but not around the end. Pre  nothing: `from` may be past the end.
    constexpr std::uint32_t allocate_in_rest(std::uint32_t from) noexcept {
        const std::uint32_t found = next_free(from);
        if (found != none) take_found(found);
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
        for (std::uint32_t leaf = first / 64; leaf <= last / 64; ++leaf)
            take_bits(leaf, bits_within(leaf, first, last));
    }
    /// Gives every taken position of first to last back.
    constexpr void release_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (std::uint32_t leaf = first / 64; leaf <= last / 64; ++leaf)
            give_bits(leaf, bits_within(leaf, first, last));
    }

    /// Gives taken positions of one word of 64 back.
    constexpr void release_word(std::uint32_t leaf, std::uint64_t bits) noexcept { give_bits(leaf, bits); }

private:
    static constexpr std::uint64_t bit(std::uint32_t position) noexcept { return std::uint64_t{1} << position % 64; }
    /// Pre  bits != 0
    static constexpr std::uint32_t lowest(std::uint64_t bits) noexcept {
        if (bits == 0) __builtin_unreachable();  // else countr_zero() asks
        return static_cast<std::uint32_t>(std::countr_zero(bits));
    }

    [[nodiscard]] constexpr std::uint64_t word(unsigned level, std::uint32_t number) const noexcept {
        return words_[place(level, number)];
    }
    [[nodiscard]] constexpr std::uint64_t& word(unsigned level, std::uint32_t number) noexcept {
        return words_[place(level, number)];
    }
    [[nodiscard]] constexpr std::uint32_t place(unsigned level, std::uint32_t number) const noexcept {
        const bool is_root = words_.layout().bits[level] <= 64;  // its number is 0: nothing to compute
        return is_root ? words_.layout().total - 1 : words_.layout().offset[level] + number;
    }
    /// Above Level there is another one. Levels are template arguments, so that they fold where the size is known.
    template <unsigned Level>
    [[nodiscard]] constexpr bool is_below() const noexcept {
        if constexpr (Level + 1 < IndexLayout::max_levels) return Level + 1 < levels();
        return false;
    }
    template <unsigned Level>
    static constexpr unsigned above = Level + 1 < IndexLayout::max_levels ? Level + 1 : Level;

    /// The first word of this level after this one that has something open, or none.
    template <unsigned Level>
    [[nodiscard]] constexpr std::uint32_t word_after(std::uint32_t number) const noexcept {
        if (!is_below<Level>()) return none;
        const std::uint64_t open = ~word(above<Level>, number / 64) >> number % 64 >> 1;
        if (open != 0) return number + 1 + lowest(open);
        const std::uint32_t parent = word_after<above<Level>>(number / 64);
        return parent != none ? parent * 64 + lowest(~word(above<Level>, parent)) : none;
    }
    /// The first word of this level that has something open, or none.
    template <unsigned Level>
    [[nodiscard]] constexpr std::uint32_t first_word() const noexcept {
        if (!is_below<Level>()) return word(Level, 0) != ~std::uint64_t{0} ? 0 : none;
        const std::uint32_t parent = first_word<above<Level>>();
        return parent != none ? parent * 64 + lowest(~word(above<Level>, parent)) : none;
    }

    /// Pre  it is free
    constexpr void take(std::uint32_t position) noexcept {
        ++taken_;
        set<0>(position / 64, bit(position));
    }
    /// The same for many in one leaf, but for those of which it is true already.
    constexpr void take_bits(std::uint32_t leaf, std::uint64_t bits) noexcept {
        bits &= ~words_[leaf];
        taken_ += count_of(bits);
        if (bits != 0) set<0>(leaf, bits);
    }
    constexpr void give_bits(std::uint32_t leaf, std::uint64_t bits) noexcept {
        bits &= words_[leaf];
        taken_ -= count_of(bits);
        if (bits != 0) clear<0>(leaf, bits);
    }
    template <unsigned Level>
    constexpr void seal() noexcept {
        const std::uint32_t end = words_.layout().bits[Level];
        if (end % 64 != 0) set<Level>(end / 64, ~std::uint64_t{0} << end % 64);
        if (is_below<Level>()) seal<above<Level>>();
    }
    /// A word that became full is a bit above, and so on.
    template <unsigned Level>
    constexpr void set(std::uint32_t number, std::uint64_t bits) noexcept {
        std::uint64_t& here = word(Level, number);
        here |= bits;
        if (is_below<Level>() && here == ~std::uint64_t{0}) set<above<Level>>(number / 64, bit(number));
    }
    template <unsigned Level>
    constexpr void clear(std::uint32_t number, std::uint64_t bits) noexcept {
        std::uint64_t& here = word(Level, number);
        const std::uint64_t before = here;
        here = before & ~bits;
        if (is_below<Level>() && before == ~std::uint64_t{0}) clear<above<Level>>(number / 64, bit(number));
    }

    Words words_{};
    std::uint32_t taken_ = 0;
    std::uint32_t cursor_ = 0;
};

}  // namespace estate::detail
