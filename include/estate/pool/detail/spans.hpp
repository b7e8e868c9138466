// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/uint128.hpp>
#include <estate/pool/detail/array.hpp>

namespace estate::detail {

/// Numbers first to last, both included.
struct Span {
    Uint128 first;
    Uint128 last;

    [[nodiscard]] constexpr bool contains(Uint128 x) const noexcept { return first <= x && x <= last; }
};

/// A set of numbers as sorted spans that do not touch one another's numbers.
class Spans {
public:
    /// The span with x in it, or null. O(log spans).
    [[nodiscard]] const Span* find(Uint128 x) const noexcept {
        const std::size_t at = first_ending_at_or_after(x);
        return at < spans_.size() && spans_[at].first <= x ? &spans_[at] : nullptr;
    }
    /// How many numbers.
    [[nodiscard]] Uint128 count() const noexcept {
        Uint128 sum;
        for (const Span& span : spans_) sum += span.last - span.first + Uint128{1};
        return sum;
    }

    /// False, and unchanged, where memory is short; so for remove().
    [[nodiscard]] bool add(Span wide) noexcept {
        if (!spans_.make_room()) return false;
        const std::size_t at = first_ending_at_or_after(wide.first);
        while (at < spans_.size() && spans_[at].first <= wide.last) {
            if (spans_[at].first < wide.first) wide.first = spans_[at].first;
            if (spans_[at].last > wide.last) wide.last = spans_[at].last;
            spans_.erase(at);
        }
        spans_.insert(at, wide);
        return true;
    }
    [[nodiscard]] bool remove(const Span& gap) noexcept {
        if (!spans_.make_room()) return false;  // for the one span that may fall in two
        std::size_t at = first_ending_at_or_after(gap.first);
        while (at < spans_.size() && spans_[at].first <= gap.last) {
            const Span whole = spans_[at];
            spans_.erase(at);
            if (whole.first < gap.first) spans_.insert(at++, {whole.first, gap.first - Uint128{1}});
            if (whole.last > gap.last) spans_.insert(at++, {gap.last + Uint128{1}, whole.last});
        }
        return true;
    }

private:
    [[nodiscard]] std::size_t first_ending_at_or_after(Uint128 x) const noexcept {
        std::size_t low = 0;
        for (std::size_t high = spans_.size(); low < high;) {
            const std::size_t middle = (low + high) / 2;
            spans_[middle].last < x ? low = middle + 1 : high = middle;
        }
        return low;
    }

    Array<Span> spans_;
};

}  // namespace estate::detail
