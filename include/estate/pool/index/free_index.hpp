// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <estate/base/attributes.hpp>

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

    /// Takes the next free position after the one taken last, around the end if need be, or none.
    constexpr std::uint32_t allocate() noexcept { return take_from<true>(cursor_); }
    /// Takes the first free position at or after `from`, around the end if need be, or none. Pre  from <= size()
    constexpr std::uint32_t allocate_from(std::uint32_t from) noexcept { return take_from<true>(from); }
    /// As allocate_from(), but not around the end. Pre  nothing: `from` may be past the end.
    [[gnu::noinline]] constexpr std::uint32_t allocate_in_rest(std::uint32_t from) noexcept {
        return from < size() ? take_from<false>(from) : none;
    }
    /// The same from the cursor on.
    ESTATE_INLINE constexpr std::uint32_t allocate_ahead() noexcept {
        return cursor_ < size() ? take_from<false>(cursor_) : none;
    }

    /// Takes this position; false if it was taken.
    [[nodiscard]] constexpr bool claim(std::uint32_t position) noexcept {
        if (!is_free(position)) return false;
        ++taken_;
        set_leaf(position / 64, bit(position));
        return true;
    }

    /// Gives the position back; false if it was free.
    constexpr bool release(std::uint32_t position) noexcept {
        if (is_free(position)) return false;
        give(position);
        return true;
    }
    /// The same for a position that is taken.
    ESTATE_INLINE constexpr void give(std::uint32_t position) noexcept {
        --taken_;
        clear(position);
    }

    /// Takes every free position of first to last. Steps in proportion to the words between.
    constexpr void claim_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (std::uint32_t leaf = first / 64; leaf <= last / 64; ++leaf)
            take_bits(leaf, bits_within(leaf, first, last));
    }
    /// Gives the taken ones of these positions of one word of 64 back.
    constexpr void release_word(std::uint32_t leaf, std::uint64_t bits) noexcept { give_bits(leaf, bits); }

private:
    static constexpr std::uint64_t full = ~std::uint64_t{0};
    /// The levels are known when this is compiled.
    static constexpr bool is_inline = requires { Words::layout(); };
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
        if constexpr (!is_inline) {
            return level == 0 ? number : words_.layout().offset[level] + number;
        }
        const bool is_root = words_.layout().bits[level] <= 64;  // its number is 0: nothing to compute
        return is_root ? words_.layout().total - 1 : words_.layout().offset[level] + number;
    }
    /// Above Level there is another one. Levels are template arguments, so that they fold where the size is known.
    template <unsigned Level>
    [[nodiscard]] constexpr bool is_below() const noexcept {
        return Level != top && Level + 1 < levels();
    }
    static constexpr unsigned top = IndexLayout::max_levels - 1;
    template <unsigned Level>
    static constexpr unsigned above = Level != top ? Level + 1 : Level;

    // What follows takes a free position, or none: the words on its way down learn on its way back that those below are
    // full.

    /// Pre  from <= size()
    template <bool Around>
    ESTATE_INLINE constexpr std::uint32_t take_from(std::uint32_t from) noexcept {
        if (Around && size() % 64 == 0 && from == size()) return take_first<0>();  // else its word is there
        const std::uint32_t leaf = from / 64;
        const std::uint64_t open = ~word(0, leaf) >> from % 64;
        if (open == 0) return take_after<0, Around>(leaf);
        const std::uint32_t found = from + lowest(open);
        set_leaf(leaf, bit(found));
        return count(found);
    }
    /// The first one below those words of this level that come after this one.
    template <unsigned Level, bool Around>
    ESTATE_INLINE constexpr std::uint32_t take_after(std::uint32_t number) noexcept {
        if constexpr (Level != top) {
            if (is_below<Level>()) {
                const std::uint64_t open = ~word(Level + 1, number / 64) >> number % 64 & ~std::uint64_t{1};
                if (open == 0) return take_after<Level + 1, Around>(number / 64);
                const std::uint32_t found = number + lowest(open);
                bool is_full = false;
                const std::uint32_t taken = take_in<Level>(found, is_full);
                if (is_full) set<Level + 1>(number / 64, bit(found));
                return taken;
            }
        }
        return Around ? take_first<Level>() : none;
    }
    /// The first one of all. Pre  this level is there
    template <unsigned Level>
    ESTATE_INLINE constexpr std::uint32_t take_first() noexcept {
        if constexpr (Level != top) {
            if (is_below<Level>()) return take_first<Level + 1>();
        }
        bool is_full = false;
        return word(Level, 0) != full ? take_in<Level>(0, is_full) : none;
    }
    /// The first one below a word that has something open. Says if the word is full then; its parent does not know.
    template <unsigned Level>
    ESTATE_INLINE constexpr std::uint32_t take_in(std::uint32_t number, bool& is_full) noexcept {
        std::uint64_t& here = word(Level, number);
        const std::uint64_t before = here;
        const std::uint32_t found = number * 64 + lowest(~before);
        std::uint32_t taken = found;
        bool closes = Level == 0;
        if constexpr (Level == 0) {
            count(found);
        } else {
            taken = take_in<Level - 1>(found, closes);
        }
        if (closes) {
            const std::uint64_t after = Level == 0 ? before | bit(found) : before | (before + 1);  // the lowest one
            here = after;
            is_full = after == full;
        }
        return taken;
    }
    constexpr std::uint32_t count(std::uint32_t taken) noexcept {
        if (taken == none) __builtin_unreachable();  // else callers ask
        ++taken_;
        cursor_ = taken + 1;
        return taken;
    }

    /// Takes the free ones of these in one leaf.
    constexpr void take_bits(std::uint32_t leaf, std::uint64_t bits) noexcept {
        bits &= ~words_[leaf];
        taken_ += count_of(bits);
        if (bits != 0) set_leaf(leaf, bits);
    }
    /// Gives the taken ones of these back.
    constexpr void give_bits(std::uint32_t leaf, std::uint64_t bits) noexcept {
        bits &= words_[leaf];
        taken_ -= count_of(bits);
        if (bits == 0) return;
        const std::uint64_t before = words_[leaf];
        words_[leaf] = before & ~bits;
        if (before == full && is_below<0>()) clear<1>(leaf);
    }
    template <unsigned Level>
    constexpr void seal() noexcept {
        const std::uint32_t end = words_.layout().bits[Level];
        if (end % 64 != 0) set<Level>(end / 64, full << end % 64);
        if (is_below<Level>()) seal<above<Level>>();
    }

    /// A word that became full is a bit above, and so on.
    ESTATE_INLINE constexpr void set_leaf(std::uint32_t leaf, std::uint64_t bits) noexcept {
        const std::uint64_t after = words_[leaf] | bits;
        words_[leaf] = after;
        if (after == full && is_below<0>()) set<1>(leaf / 64, bit(leaf));
    }
    template <unsigned Level>
    constexpr void set(std::uint32_t number, std::uint64_t bits) noexcept {
        std::uint64_t& here = word(Level, number);
        here |= bits;
        if (here == full && is_below<Level>()) set<above<Level>>(number / 64, bit(number));
    }
    ESTATE_INLINE constexpr void clear(std::uint32_t position) noexcept {
        std::uint64_t& here = words_[position / 64];
        const std::uint64_t before = here;
        here = without<0>(before, position);
        if (before == full && is_below<0>()) clear<1>(position / 64);
    }
    /// The word of this number on the level below is not full any more.
    template <unsigned Level>
    constexpr void clear(std::uint32_t number) noexcept {
        std::uint64_t& here = word(Level, number / 64);
        const std::uint64_t before = here;
        here = without<Level>(before, number);
        // What is above a word that was not full is open already: to say so again costs less than to ask on few levels.
        if ((is_inline || before == full) && is_below<Level>()) clear<above<Level>>(number / 64);
    }
    /// Two ways to clear a bit in turn, from level to level: of one alone g++ 12 keeps the constant in a register for
    /// all levels, and does not see that one instruction clears a bit.
    template <unsigned Level>
    static constexpr std::uint64_t without(std::uint64_t bits, std::uint32_t number) noexcept {
        return bits & (Level % 2 == 0 ? std::rotl(~std::uint64_t{1}, static_cast<int>(number % 64)) : ~bit(number));
    }

    Words words_{};
    std::uint32_t taken_ = 0;
    std::uint32_t cursor_ = 0;
};

}  // namespace estate::detail
