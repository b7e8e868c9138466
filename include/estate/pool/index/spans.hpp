// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/uint128.hpp>
#include <estate/pool/index/array.hpp>

namespace estate::detail {

/// Numbers first to last, both included.
struct Span {
    Uint128 first;
    Uint128 last;

    [[nodiscard]] constexpr bool contains(Uint128 x) const noexcept { return first <= x && x <= last; }
    /// At most 2^128 - 1.
    [[nodiscard]] constexpr Uint128 count() const noexcept { return last - first + Uint128{1}; }
};

/// A set of numbers as sorted, disjoint spans.
class Spans {
public:
    /// O(log spans).
    [[nodiscard]] bool contains(Uint128 x) const noexcept {
        const std::size_t at = first_ending_at_or_after(x);
        return at < spans_.size() && spans_[at].span.first <= x;
    }
    /// How many numbers.
    [[nodiscard]] Uint128 count() const noexcept {
        return spans_.size() == 0 ? Uint128{} : spans_[spans_.size() - 1].up_to_here;
    }
    /// The number, from base on, with `rank` numbers before it that are not in the set. O(log spans).
    [[nodiscard]] Uint128 outside(Uint128 base, Uint128 rank) const noexcept {
        const std::size_t low = spans_.first_not(
            [&](const Entry& at) { return at.span.last - base + Uint128{1} - at.up_to_here <= rank; });
        return base + rank + (low == 0 ? Uint128{} : spans_[low - 1].up_to_here);
    }

    /// visit(span) for each part of the set in `in`.
    template <class Visit>
    void for_each_in(const Span& in, Visit visit) const noexcept {
        for (std::size_t at = first_ending_at_or_after(in.first); at < spans_.size(); ++at) {
            Span part = spans_[at].span;
            if (part.first > in.last) return;
            if (part.first < in.first) part.first = in.first;
            if (part.last > in.last) part.last = in.last;
            visit(part);
        }
    }

    /// Room for what so many calls of add() and remove() need; false where memory is short. Pre  calls <= 4
    [[nodiscard]] bool make_room(std::size_t calls = 1) noexcept { return spans_.make_room(calls); }
    /// False, and unchanged, where memory is short; so for remove().
    [[nodiscard]] bool add(Span wide) noexcept {
        if (!spans_.make_room()) return false;
        const std::size_t at = first_ending_at_or_after(wide.first);
        while (at < spans_.size() && spans_[at].span.first <= wide.last) {
            if (spans_[at].span.first < wide.first) wide.first = spans_[at].span.first;
            if (spans_[at].span.last > wide.last) wide.last = spans_[at].span.last;
            spans_.erase(at);
        }
        spans_.insert(at, {wide, {}});
        recount(at);
        return true;
    }
    [[nodiscard]] bool remove(const Span& gap) noexcept {
        if (!spans_.make_room()) return false;  // for the one span that may fall in two
        const std::size_t begin = first_ending_at_or_after(gap.first);
        std::size_t at = begin;
        while (at < spans_.size() && spans_[at].span.first <= gap.last) {
            const Span whole = spans_[at].span;
            spans_.erase(at);
            if (whole.first < gap.first) spans_.insert(at++, {{whole.first, gap.first - Uint128{1}}, {}});
            if (whole.last > gap.last) spans_.insert(at++, {{gap.last + Uint128{1}, whole.last}, {}});
        }
        recount(begin);
        return true;
    }

private:
    struct Entry {
        Span span;
        Uint128 up_to_here;  // numbers in this span and those before
    };

    [[nodiscard]] std::size_t first_ending_at_or_after(Uint128 x) const noexcept {
        return spans_.first_not([&](const Entry& at) { return at.span.last < x; });
    }
    void recount(std::size_t from) noexcept {
        Uint128 sum = from == 0 ? Uint128{} : spans_[from - 1].up_to_here;
        for (std::size_t i = from; i < spans_.size(); ++i) {
            sum += spans_[i].span.count();
            spans_[i].up_to_here = sum;
        }
    }

    Array<Entry> spans_;
};

}  // namespace estate::detail
