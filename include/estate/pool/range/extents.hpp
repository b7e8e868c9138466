// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/ranges.hpp>

namespace estate::detail {

/// What can be done with the ranges of a pool as a whole, and what time does to them: waits end, and a range that
/// drains goes once nobody has an address of it and no quarantine of it is left.
template <Family F>
class Extents {
public:
    Extents(Core<F>& core, const Rules& rules) noexcept : rules_{rules}, ranges_{core, rules} {}
    Extents(const Extents&) = delete;
    Extents& operator=(const Extents&) = delete;

    [[nodiscard]] Ranges<F>& ranges() noexcept { return ranges_; }
    [[nodiscard]] const Ranges<F>& ranges() const noexcept { return ranges_; }

    // --- time ---

    /// Time may have something to do.
    [[nodiscard]] bool is_restless() const noexcept {
        return waiting_.root() != nullptr || draining_.root() != nullptr;
    }
    /// Ends waits that are over, a large piece of the index or some small ones, and removes ranges that have drained.
    /// False where more is to be done at once.
    bool settle(std::int64_t now) noexcept {
        for (int left = steps_at_once; Extent<F>* const at = next_due(now);) {
            if (left <= 0) return false;
            left -= is_large(*at) ? steps_at_once : 1;
            if (!end_wait(*at, now)) return true;  // it waits until there is memory
            look_at(*at, now);
        }
        return true;
    }
    /// Removes the extent if it drains and nothing is left of it; else a later settle() will see to it, if need be.
    void look_at(Extent<F>& extent, std::int64_t now) noexcept {
        if (extent.draining && is_quiet(extent, now)) return erase(extent);
        std::optional<std::int64_t> since;
        if (const auto* const wait = extent.waits.oldest()) {
            since = wait->since;
        } else if (extent.draining && extent.in_use == 0 && extent.closing == 0) {
            since = latest_quarantine(extent);
        }
        Tree<Extent<F>>* const where = !since ? nullptr : extent.draining ? &draining_ : &waiting_;
        if (where == extent.restless_in && (!since || *since == extent.restless_since)) return;
        if (extent.restless_in != nullptr) extent.restless_in->erase(extent);
        extent.restless_in = where;
        if (where == nullptr) return;
        extent.restless_since = *since;
        where->insert(where->first_not([&](const Extent<F>& at) { return at.restless_since <= *since; }), extent);
    }
    /// Nobody has an address of it, and none waits for anything.
    [[nodiscard]] bool is_quiet(const Extent<F>& extent, std::int64_t now) const noexcept {
        if (extent.in_use != 0 || extent.closing != 0) return false;
        if (rules_.quarantine.least == 0) return true;
        const auto since = latest_quarantine(extent);
        return extent.waits.empty() && (!since || is_over(*since, now));
    }
    void erase(Extent<F>& extent) noexcept {
        if (extent.restless_in != nullptr) extent.restless_in->erase(extent);
        ranges_.erase(extent);
    }
    void clear() noexcept {
        for (Tree<Extent<F>>* const at : {&waiting_, &draining_}) Tree<Extent<F>>{}.take_all(*at);
        ranges_.clear();
    }
    void drain(Extent<F>& extent, bool draining, std::int64_t now) noexcept {
        extent.draining = draining;
        ranges_.index(extent);
        look_at(extent, now);
    }

    // --- marks ---

    /// Room for a hold() and, where `former` is given, an unhold() of that. False where memory is short.
    [[nodiscard]] bool make_room(Extent<F>& extent, const Span& span) noexcept {
        std::size_t parts = 1;
        extent.held.for_each_in(span, [&](const Span&) { ++parts; });
        bool room = extent.held.make_room(2) && extent.waits.make_room(parts + 1);
        each(extent, span, [&](Range<F>& part, const Span&) { room = room && part.make_room(2); });
        return room;
    }
    /// Marks all of the span as held; close() must follow for each piece. Pre  there is room, here and below
    void hold(Extent<F>& extent, const Span& span) noexcept {
        extent.held.add(span);
        extent.waits.subtract(span);
    }
    /// Takes a piece of the span, from `from` on, out of what can be leased. Says where to go on, or that it is done.
    [[nodiscard]] bool close(Extent<F>& extent, const Span& span, Uint128& from) noexcept {
        const Span rest{from, span.last};
        bool done = true;
        each(extent, rest, [&](Range<F>& part, const Span& here) {
            if (!done) return;
            const Span piece = first_of(here, part.piece());
            close_marked(extent, part, piece);
            ranges_.index(part);
            if (piece.last == span.last) return;
            from = piece.last + Uint128{1};
            done = false;
        });
        return done;
    }
    /// Ends hold(): what was held waits from now on; settle() opens it, at once where there is no quarantine.
    void unhold(Extent<F>& extent, const Span& span, std::int64_t now) noexcept {
        for (Span part{}; extent.held.first_in(span, part);) {
            extent.held.remove(part);
            extent.waits.add(part, now);
        }
        look_at(extent, now);
    }
    /// One address that bears another mark than what is held, and loses it.
    void reopen(Extent<F>& extent, Uint128 number, std::int64_t now) noexcept {
        if (extent.is_held(number)) return;
        extent.waits.add({number, number}, now);
        look_at(extent, now);
    }
    void close_one(Extent<F>& extent, Uint128 number) noexcept {
        each(extent, {number, number}, [&](Range<F>& part, const Span& here) {
            part.close(here);
            ranges_.index(part);
        });
    }
    /// How many addresses of the part wait: those that nobody has and that are in no other quarantine.
    [[nodiscard]] Uint128 waiting_in(const Range<F>& part) const noexcept {
        Uint128 count;
        const Span whole{part.usable.first.bits(), part.usable.last.bits()};
        part.extent->waits.for_each([&](const Waits::Wait& wait) {
            if (!wait.span.meets(whole)) return;
            part.extent->for_each_open_in(wait.span.within(whole), [&](const Span& open) {
                std::uint64_t others = part.cooling_in(open);
                part.each_leased(open, [&](const Slot<F>&) { return ++others != 0; });
                count = saturating_add(count, open.count() - Uint128{others});
            });
        });
        return count;
    }
    /// The extent that does not drain in which something waits longest, or null.
    [[nodiscard]] Extent<F>* longest_waiting() const noexcept { return waiting_.first(); }
    /// The oldest address that waits and that nobody has. The slot of a lease of it if `take` says so, else null.
    /// Errors  errc::pool_exhausted (there is none here), come_again() (there may be one), capacity_exceeded;
    ///         system ENOMEM.
    [[nodiscard]] result<Slot<F>*> next_waiting(Extent<F>& extent, std::int64_t now, bool take) noexcept {
        for (int left = steps_at_once; const auto* const wait = extent.waits.oldest(); --left) {
            if (left == 0) return come_again();
            const Uint128 number = wait->span.first;
            Range<F>& part = part_of(number);
            const bool is_had = extent.is_held(number) || part.leased(number) != nullptr ||
                                part.cooling_in({number, number}) != 0;
            if (!is_had && !take) return nullptr;
            if (!part.make_room(1)) return out_of_memory();
            extent.waits.subtract({number, number});
            if (extent.is_held(number)) continue;
            part.open({number, number});
            auto taken = is_had ? result<Slot<F>*>{nullptr} : part.take(number, now);
            ranges_.index(part);
            if (!is_had) return taken;
        }
        look_at(extent, now);
        return errc::pool_exhausted;
    }
    /// The extent covers `cidr` from now on; what it has stays where it is.
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> grow(Extent<F>& extent, const CidrRange<F>& cidr, const UsableAddresses<F>& usable,
                                    std::int64_t now) noexcept {
        const Span edges[] = {{extent.cidr.first().bits(), extent.cidr.first().bits()},
                              {extent.cidr.last().bits(), extent.cidr.last().bits()}};
        bool room = extent.waits.make_room(2);
        for (const Span& edge : edges)
            each(extent, edge, [&](Range<F>& part, const Span&) { room = room && part.make_room(4); });
        if (!room) return out_of_memory();
        const bool is_there[] = {has_part(edges[0]), has_part(edges[1])};
        auto widened = ranges_.widen(extent, cidr, usable);
        if (!widened) return widened;
        const UsableAddresses<F> before = extent.usable;
        extent.cidr = cidr;
        extent.usable = usable;
        for (const int i : {0, 1}) {  // an address of a part that is an edge no more, or has become one
            if (!is_there[i]) continue;
            const IpAddress<F> ip = IpAddress<F>::from_bits(edges[i].first);
            if (!usable.contains(ip)) extent.has_closed_edges = true;
            if (before.contains(ip) && !usable.contains(ip)) close_one(extent, edges[i].first);
            if (!before.contains(ip) && usable.contains(ip)) reopen(extent, edges[i].first, now);
        }
        look_at(extent, now);
        return success();
    }
    /// visit(part, span) for each part's share of the span.
    template <class Visit>
    void each(const Extent<F>& extent, const Span& span, Visit visit) const noexcept {
        ranges_.for_each_of(extent, [&](Range<F>& part) {
            const Span whole{part.usable.first.bits(), part.usable.last.bits()};
            if (whole.meets(span)) visit(part, whole.within(span));
        });
    }

    [[nodiscard]] static Span first_of(const Span& span, Uint128 most) noexcept {
        return span.last - span.first < most ? span : Span{span.first, span.first + most - Uint128{1}};
    }

    /// Opens an address that has waited long enough, though its wait has not been ended yet.
    void open_if_over(Extent<F>& extent, Uint128 number, std::int64_t now) noexcept {
        const auto* const wait = extent.waits.find(number);
        if (wait == nullptr || !is_over(wait->since, now) || extent.is_held(number)) return;
        Range<F>& part = part_of(number);
        if (!extent.waits.make_room(1) || !part.make_room(1)) return;
        extent.waits.subtract({number, number});
        part.open({number, number});
        ranges_.index(part);
    }

private:
    static constexpr int steps_at_once = 64;
    /// The oldest wait takes a piece of work for itself.
    [[nodiscard]] static bool is_large(const Extent<F>& extent) noexcept {
        return !extent.waits.empty() && extent.waits.oldest()->span.count() > Uint128{64 * Range<F>::some};
    }
    /// An extent that time has something to do with, or null.
    [[nodiscard]] Extent<F>* next_due(std::int64_t now) const noexcept {
        for (Extent<F>* const at : {waiting_.first(), draining_.first()}) {
            if (at != nullptr && is_over(at->restless_since, now)) return at;
        }
        return nullptr;
    }
    /// When an address of it came into quarantine last; empty where none is in it.
    [[nodiscard]] std::optional<std::int64_t> latest_quarantine(const Extent<F>& extent) const noexcept {
        std::optional<std::int64_t> latest;
        if (extent.has_lost) latest = extent.lost_since;
        ranges_.for_each_of(extent, [&](const Range<F>& part) {
            if (part.cooling() != 0 && (!latest || *latest < part.latest_cooling())) latest = part.latest_cooling();
        });
        return latest;
    }
    /// What of the piece is held, or waits: another call may have ended hold() meanwhile, and time what waited then.
    static void close_marked(Extent<F>& extent, Range<F>& part, const Span& piece) noexcept {
        Span marked{};
        const bool is_held = extent.held.first_in(piece, marked);
        if (is_held && marked.count() == piece.count()) return part.close(piece);
        const auto each_marked = [&](auto visit) {
            extent.held.for_each_in(piece, visit);
            extent.waits.for_each([&](const Waits::Wait& wait) {
                if (wait.span.meets(piece)) visit(wait.span.within(piece));
            });
        };
        std::size_t calls = 0;
        each_marked([&](const Span&) { ++calls; });
        if (part.make_room(calls)) return each_marked([&](const Span& span) { part.close(span); });
        // without memory the piece is held as before, which needs none where a part of it still is; and waits end early
        if (!is_held) return;
        extent.held.add(piece);
        extent.waits.subtract(piece);
        part.close(piece);
    }
    [[nodiscard]] bool is_over(std::int64_t since, std::int64_t now) const noexcept {
        return elapsed(since, now) >= rules_.quarantine.least;
    }
    /// Pre  the address waits, or did
    [[nodiscard]] Range<F>& part_of(Uint128 number) const noexcept {
        return *ranges_.range_of(IpAddress<F>::from_bits(number));
    }
    [[nodiscard]] bool has_part(const Span& one) const noexcept {
        return ranges_.range_of(IpAddress<F>::from_bits(one.first)) != nullptr;
    }
    /// Opens a piece of the oldest wait if that is over. False where memory is short.
    [[nodiscard]] bool end_wait(Extent<F>& extent, std::int64_t now) noexcept {
        const auto* const wait = extent.waits.oldest();
        if (wait == nullptr || !is_over(wait->since, now)) return true;
        const Span span = wait->span;
        Span piece = span;  // where no part has addresses of it, all of it is done
        bool room = true;
        bool found = false;
        each(extent, span, [&](Range<F>& part, const Span& here) {
            if (found) return;
            found = true;
            const Span open = first_of(here, part.piece());
            piece = {span.first, open.last};
            std::size_t calls = 1;
            extent.for_each_open_in(open, [&](const Span&) { ++calls; });
            room = part.make_room(calls);
            if (!room) return;
            extent.for_each_open_in(open, [&](const Span& gap) { part.open(gap); });
            ranges_.index(part);
        });
        if (room) extent.waits.subtract(piece);
        return room;
    }

    const Rules& rules_;
    Ranges<F> ranges_;
    Tree<Extent<F>> waiting_;   // those with waits that do not drain, by restless_since
    Tree<Extent<F>> draining_;  // those that drain, if nobody has an address of them or something waits
};

}  // namespace estate::detail
