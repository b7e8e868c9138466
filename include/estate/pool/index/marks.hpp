// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <estate/pool/index/heap_words.hpp>

namespace estate::detail {

/// A set of positions: a tree of bitmaps like FreeIndex, but zeroed memory is the empty set, and a bit above says
/// that the word below is not zero. One position touches at most one word a level.
class Marks {
public:
    /// Without room.
    Marks() noexcept = default;
    explicit Marks(std::uint32_t positions) noexcept : words_{positions} {}

    [[nodiscard]] bool missing() const noexcept { return words_.missing(); }
    [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

    /// Pre  it is not there
    void insert(std::uint32_t position) noexcept { set(position / 64, std::uint64_t{1} << position % 64); }
    /// Pre  it is there
    void erase(std::uint32_t position) noexcept { clear(position / 64, std::uint64_t{1} << position % 64); }

    /// The first position. Pre  count() != 0
    [[nodiscard]] std::uint32_t first() const noexcept {
        const std::uint32_t word = first_word();
        return word * 64 + lowest(words_[word]);
    }
    [[nodiscard]] bool contains(std::uint32_t position) const noexcept {
        return (bits(position / 64) >> position % 64 & 1) != 0;
    }
    /// Those of 64 positions.
    [[nodiscard]] std::uint64_t bits(std::uint32_t word) const noexcept { return words_[word]; }
    /// Takes 64 positions at most away, all in the word that has the first one. Pre  count() != 0
    struct Taken {
        std::uint32_t word;
        std::uint64_t bits;
    };
    Taken take_word() noexcept {
        const std::uint32_t word = first_word();
        const std::uint64_t bits = words_[word];
        clear(word, bits);
        return {word, bits};
    }
    /// Takes away what lies in first to last.
    void erase_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (std::uint32_t word = first / 64; word <= last / 64; ++word) {
            const std::uint64_t bits = words_[word] & bits_within(word, first, last);
            if (bits != 0) clear(word, bits);
        }
    }

private:
    [[nodiscard]] std::uint64_t& at(unsigned level, std::uint32_t word) noexcept {
        return words_[words_.layout().offset[level] + word];
    }
    static std::uint32_t lowest(std::uint64_t bits) noexcept {
        return static_cast<std::uint32_t>(std::countr_zero(bits));
    }
    [[nodiscard]] std::uint32_t first_word() const noexcept {
        std::uint32_t word = 0;
        for (unsigned level = words_.layout().levels - 1; level > 0; --level) {
            word = word * 64 + lowest(words_[words_.layout().offset[level] + word]);
        }
        return word;
    }
    void set(std::uint32_t word, std::uint64_t bits) noexcept {
        count_ += count_of(bits);
        for (unsigned level = 0; level < words_.layout().levels; ++level, word /= 64) {
            std::uint64_t& here = at(level, word);
            const bool was_zero = here == 0;
            here |= bits;
            if (!was_zero) return;
            bits = std::uint64_t{1} << word % 64;
        }
    }
    void clear(std::uint32_t word, std::uint64_t bits) noexcept {
        count_ -= count_of(bits);
        for (unsigned level = 0; level < words_.layout().levels; ++level, word /= 64) {
            std::uint64_t& here = at(level, word);
            here &= ~bits;
            if (here != 0) return;
            bits = std::uint64_t{1} << word % 64;
        }
    }

    HeapWords words_;
    std::uint32_t count_ = 0;
};

}  // namespace estate::detail
