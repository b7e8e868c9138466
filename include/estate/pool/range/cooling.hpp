// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <estate/pool/index/marks.hpp>
#include <estate/pool/quarantine.hpp>
#include <estate/pool/range/time.hpp>
#include <utility>

namespace estate::detail {

/// The addresses of a range that wait before they are leased again: two sets, 2.03 bits an address, and no time
/// an address. A set is over when its latest member has waited long enough; the young one becomes the old one
/// when its first member has. So nobody waits less than the quarantine, and nobody twice as long.
class Cooling {
public:
    /// Room for so many positions. False where memory is short.
    [[nodiscard]] bool prepare(std::uint32_t positions) noexcept {
        if (!young_.members.missing()) return true;
        Marks young{positions};
        Marks old{positions};
        if (young.missing() || old.missing()) return false;
        young_.members = std::move(young);
        old_.members = std::move(old);
        return true;
    }

    [[nodiscard]] std::uint32_t count() const noexcept { return young_.members.count() + old_.members.count(); }
    /// When that came which must have waited long enough before anything here has, and the latest of all.
    /// Pre  count() != 0
    [[nodiscard]] std::int64_t due_since() const noexcept {
        return old_.members.count() != 0 ? old_.last : young_.first;
    }
    [[nodiscard]] std::int64_t latest() const noexcept {
        return young_.members.count() != 0 ? young_.last : old_.last;
    }
    /// expire() has something to do.
    [[nodiscard]] bool has_due(const Quarantine& rule, std::int64_t now) const noexcept {
        return count() != 0 && elapsed(due_since(), now) >= rule.least;
    }
    /// Pre  nothing is due, or the address waits longer than it must
    void insert(std::uint32_t position, std::int64_t now) noexcept {
        if (young_.members.count() == 0) young_.first = now;
        young_.last = now;
        young_.members.insert(position);
    }
    /// Those of 64 positions that are here.
    [[nodiscard]] std::uint64_t bits(std::uint32_t word) const noexcept {
        return count() != 0 ? old_.members.bits(word) | young_.members.bits(word) : 0;
    }
    [[nodiscard]] std::uint32_t count_in(std::uint32_t first, std::uint32_t last) const noexcept {
        std::uint32_t found = 0;
        for (std::uint32_t word = first / 64; count() != 0 && word <= last / 64; ++word)
            found += static_cast<std::uint32_t>(std::popcount(bits(word) & bits_within(word, first, last)));
        return found;
    }
    /// How many have waited long enough, though nobody gave them back.
    [[nodiscard]] std::uint32_t over(const Quarantine& rule, std::int64_t now) const noexcept {
        return (old_.is_over(rule, now) ? old_.members.count() : 0) +
               (young_.is_over(rule, now) ? young_.members.count() : 0);
    }
    /// Takes away one that has waited long enough; false for any other.
    [[nodiscard]] bool take(std::uint32_t position, const Quarantine& rule, std::int64_t now) noexcept {
        if (count() == 0) return false;
        for (Batch* const batch : {&old_, &young_}) {
            if (!batch->members.contains(position)) continue;
            if (!batch->is_over(rule, now)) return false;
            batch->members.erase(position);
            return true;
        }
        return false;
    }
    void erase_span(std::uint32_t first, std::uint32_t last) noexcept {
        for (Batch* batch : {&old_, &young_}) {
            if (batch->members.count() != 0) batch->members.erase_span(first, last);
        }
    }
    /// Pre  count() != 0
    std::uint32_t take_oldest() noexcept {
        // each by its name: g++ 12 does not see that a set chosen by reference is one of the two
        return old_.members.count() != 0 ? take_first(old_.members) : take_first(young_.members);
    }

    /// give(word, bits) for what has waited long enough, `words` words of 64 at most.
    template <class Give>
    void expire(const Quarantine& rule, std::int64_t now, std::uint32_t words, Give give) noexcept {
        if (old_.is_over(rule, now)) drain(words, give);
        if (old_.members.count() != 0 || !has_due(rule, now)) return;
        std::swap(old_, young_);
        if (old_.is_over(rule, now)) drain(words, give);
    }

private:
    struct Batch {
        Marks members;
        std::int64_t first = 0;  // when the first and the latest member came
        std::int64_t last = 0;

        [[nodiscard]] bool is_over(const Quarantine& rule, std::int64_t now) const noexcept {
            return members.count() != 0 && elapsed(last, now) >= rule.least;
        }
    };

    static std::uint32_t take_first(Marks& from) noexcept {
        const std::uint32_t position = from.first();
        from.erase(position);
        return position;
    }
    template <class Give>
    void drain(std::uint32_t& words, Give& give) noexcept {
        for (; words != 0 && old_.members.count() != 0; --words) {
            const auto [word, bits] = old_.members.take_word();
            give(word, bits);
        }
    }

    Batch young_;
    Batch old_;
};

}  // namespace estate::detail
