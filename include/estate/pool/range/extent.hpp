// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/index/spans.hpp>
#include <estate/pool/pool_range.hpp>
#include <estate/pool/range/waits.hpp>

namespace estate::detail {

template <Family F>
class Range;

/// What a pool knows of one of its ranges as a whole. An address of it can be leased if it is usable and bears none of
/// the marks here; each mark is a set of its own, which the others leave alone.
template <Family F>
struct Extent : PoolRange<F> {
    Extent(const CidrRange<F>& range, const UsableAddresses<F>& addresses) noexcept : PoolRange<F>{range, addresses} {}

    Spans held{};                 // what reserve() and exclude() keep back
    Waits waits{};                // what was opened, and waits as if it had been given back then
    Range<F>* first = nullptr;    // of its parts, which lie side by side
    std::int64_t lost_since = 0;  // when an address was given back last whose quarantine nothing else remembers
    bool has_lost = false;
    bool has_closed_edges = false;  // an address of its parts is not usable any more
    unsigned closing = 0;         // how many calls are marking what they hold in the index, piece by piece
    // as a node of what time will change
    Tree<Extent>* restless_in = nullptr;
    std::int64_t restless_since = 0;  // when that began which time will end first
    TreeLinks<Extent> links{};
    void sum_up() noexcept {}
    // once erased, until it is deleted
    Range<F>* erased_parts = nullptr;
    Extent* erased_next = nullptr;

    /// Else every address of its parts can be leased.
    ESTATE_INLINE [[nodiscard]] bool has_marks() const noexcept {
        return !held.empty() || this->gateway || !waits.empty() || has_closed_edges;
    }
    [[nodiscard]] bool is_gateway(Uint128 number) const noexcept {
        return this->gateway && this->gateway->bits() == number;
    }
    [[nodiscard]] bool is_usable(Uint128 number) const noexcept {
        return this->usable.first.bits() <= number && number <= this->usable.last.bits();
    }
    [[nodiscard]] bool is_held(Uint128 number) const noexcept {
        return held.contains(number) || is_gateway(number) || !is_usable(number);
    }
    [[nodiscard]] bool is_leasable(Uint128 number) const noexcept {
        return !is_held(number) && !waits.contains(number);
    }
    /// An address is given back, or loses its place in quarantine, while it is held.
    void lose(std::int64_t now) noexcept {
        lost_since = now;
        has_lost = true;
    }
    /// The first run in the span that is held or the gateway.
    [[nodiscard]] std::optional<Span> next_held(const Span& in) const noexcept {
        Span run{};
        const bool found = held.first_in(in, run);
        if (!this->gateway || !in.contains(this->gateway->bits())) return found ? std::optional{run} : std::nullopt;
        const Uint128 at = this->gateway->bits();
        if (!found || at < run.first) run = {at, at};
        return run;
    }
    /// visit(span) for each part of the span that nothing holds; waits are not looked at.
    template <class Visit>
    void for_each_open_in(const Span& span, Visit visit) const {
        const Span whole{this->usable.first.bits(), this->usable.last.bits()};
        if (!span.meets(whole)) return;
        held.for_each_gap_in(span.within(whole), [&](const Span& gap) {
            if (!this->gateway || !gap.contains(this->gateway->bits())) return visit(gap);
            const Uint128 at = this->gateway->bits();
            if (gap.first < at) visit(Span{gap.first, at - Uint128{1}});
            if (at < gap.last) visit(Span{at + Uint128{1}, gap.last});
        });
    }
};

}  // namespace estate::detail
