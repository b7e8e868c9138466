// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/erased_ranges.hpp>
#include <estate/pool/range/make_range.hpp>
#include <estate/pool/range/open_parts.hpp>
#include <utility>

namespace estate::detail {

/// The parts of all ranges of a pool by address, each with the extent it belongs to: what was added as one CIDR range.
/// Their tree knows what has something to give. Finding, adding and removing take logarithmic time.
template <Family F>
class Ranges {
public:
    Ranges(Core<F>& core, const Rules& rules) noexcept : core_{core}, rules_{rules} {}
    ~Ranges() { clear(); }
    Ranges(const Ranges&) = delete;
    Ranges& operator=(const Ranges&) = delete;

    /// Parts by address.
    [[nodiscard]] Range<F>* first() const noexcept { return tree_.first(); }
    [[nodiscard]] static Range<F>* next(const Range<F>& part) noexcept { return Tree<Range<F>>::next(part); }

    /// The first part that begins after the address.
    [[nodiscard]] Range<F>* first_above(const IpAddress<F>& ip) const noexcept {
        return tree_.first_not([&](const Range<F>& part) { return part.usable.first <= ip; });
    }
    /// The extent with the address in it, or null.
    [[nodiscard]] Extent<F>* extent_of(const IpAddress<F>& ip) const noexcept {
        Range<F>* const after = first_above(ip);
        // an address that is not usable lies beside a part of its extent
        for (const Range<F>* const beside : {tree_.previous(after), after}) {
            if (beside != nullptr && beside->extent->cidr.contains(ip)) return beside->extent;
        }
        return nullptr;
    }
    [[nodiscard]] Extent<F>* exactly(const CidrRange<F>& cidr) const noexcept {
        Extent<F>* const found = extent_of(cidr.first());
        return found != nullptr && found->cidr == cidr ? found : nullptr;
    }
    /// The first extent that lies after this one, or the very first, or null.
    [[nodiscard]] const Extent<F>* extent_after(const CidrRange<F>* cidr) const noexcept {
        const Range<F>* const found = cidr != nullptr ? first_above(cidr->last()) : first();
        return found != nullptr ? found->extent : nullptr;
    }
    /// The part that the address can be leased from, or null.
    [[nodiscard]] Range<F>* range_of(const IpAddress<F>& ip) const noexcept {
        Range<F>* const found = tree_.previous(first_above(ip));
        return found != nullptr && found->usable.contains(ip) ? found : nullptr;
    }
    /// visit(part) for each part of an extent.
    template <class Visit>
    static void for_each_of(const Extent<F>& extent, Visit visit) noexcept {
        for_each_part(extent, visit);
    }

    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<Extent<F>*> add(const CidrRange<F>& cidr, const UsableAddresses<F>& usable) noexcept {
        if (overlaps(cidr, nullptr)) return errc::range_overlaps;
        auto* const extent = new (std::nothrow) Extent<F>{cidr, usable};
        if (extent == nullptr) return out_of_memory();
        if (add_parts(*extent, usable)) return extent;
        erase(*extent);
        return out_of_memory();
    }
    /// Further parts around those of the extent, so that it covers these addresses. Unchanged on failure.
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> widen(Extent<F>& extent, const CidrRange<F>& cidr,
                                     const UsableAddresses<F>& usable) noexcept {
        if (overlaps(cidr, &extent)) return errc::range_overlaps;
        const IpAddress<F> low = extent.first->usable.first;
        const IpAddress<F> high = last_of(extent)->usable.last;
        const Uint128 one{1};
        bool done = true;
        if (usable.first < low)
            done = add_parts(extent, {usable.first, IpAddress<F>::from_bits(low.bits() - one)});
        if (done && high < usable.last)
            done = add_parts(extent, {IpAddress<F>::from_bits(high.bits() + one), usable.last});
        if (done) return success();
        for_each_of(extent, [&](Range<F>& part) {
            if (low <= part.usable.first && part.usable.first <= high) return;
            leave(part);
            tree_.erase(part);
            delete &part;
        });
        return out_of_memory();
    }
    /// What erase() and clear() took out goes over, to be deleted without the lock.
    void take_erased(ErasedRanges<F>& into) noexcept { into.take_all(erased_); }
    [[nodiscard]] bool has_erased() const noexcept { return !erased_.empty(); }

    /// Pre  nothing of it is leased
    void erase(Extent<F>& extent) noexcept {
        for_each_of(extent, [this](Range<F>& part) {
            leave(part);
            erased_.take(tree_, part);
        });
        erased_.take(extent);
    }
    /// Pre  nothing is leased
    void clear() noexcept {
        stopped_ = {};
        if (first() != nullptr) erased_.take_all(tree_);
    }

    /// The tree learns what the part has to give, now and later.
    void index(Range<F>& part) noexcept {
        const bool is_open = !part.extent->draining && part.has_free();
        const std::int64_t due = has_no_quarantine(part) ? never : due_of(part);
        if (is_open == part.is_open && due == part.due) return;
        part.due = due;
        if (is_open != std::exchange(part.is_open, is_open)) return tree_.changed(&part);
        for (Range<F>* at = &part; at != nullptr && at->sum_up_due();) at = at->links.up;
    }
    /// The same where take_next() has taken an address of it, without a quarantine.
    void index_next(Range<F>& part) noexcept {
        if (!static_cast<const DenseRange<F>&>(part).has_free()) [[unlikely]] index(part);
    }
    /// The same where an address of it was leased, or has come back, and nothing else has changed.
    void index_lease(Range<F>& part) noexcept {
        const bool is_simple = part.is_dense && part.is_open && has_no_quarantine(part);
        if (!is_simple || !static_cast<const DenseRange<F>&>(part).has_free()) [[unlikely]] index(part);
    }
    /// The address of a lease that ends is free, where that is simple: nothing but the index knows of it. False, and
    /// nothing done, where end_lease() must look. Pre  there is no quarantine
    ESTATE_INLINE [[nodiscard]] bool end_next(Slot<F>& slot) noexcept {
        Range<F>& part = *slot.range;
        if (!part.is_open || !part.goes_by_index || part.extent->has_marks()) return false;
        part.uncount_lease(slot);
        static_cast<DenseRange<F>&>(part).free_at_once(slot);
        return true;
    }
    ESTATE_INLINE void end_lease(Slot<F>& slot, std::int64_t now, bool was_had) noexcept {
        Range<F>& part = *slot.range;
        part.uncount_lease(slot);
        !was_had        ? part.free_unused(slot)
        : part.is_dense ? static_cast<DenseRange<F>&>(part).free_or_quarantine(slot, now)
                        : part.free_or_quarantine(slot, now);
        if (!part.is_open || !has_no_quarantine(part)) [[unlikely]] index(part);
    }
    /// The same for all of an extent, which begins or ends to drain.
    void index(const Extent<F>& extent) noexcept {
        for_each_of(extent, [this](Range<F>& part) {
            part.is_open = !part.extent->draining && part.has_free();
            part.due = due_of(part);
            tree_.changed(&part);
        });
    }
    /// The part whose quarantine ends first, or null.
    [[nodiscard]] Range<F>* first_due() const noexcept {
        Range<F>* at = tree_.root();
        if (at == nullptr || at->due_below == never) return nullptr;
        for (const std::int64_t due = at->due_below; at->due != due;) {
            Range<F>* const left = at->links.left;
            at = left != nullptr && left->due_below == due ? left : at->links.right;
        }
        return at;
    }
    /// Takes the address that the search finds.
    /// Errors  errc::pool_exhausted, capacity_exceeded; system ENOMEM.
    [[nodiscard]] result<Slot<F>*> take(const SearchStart& start, std::int64_t now) noexcept {
        const DenseRange<F>* const ahead = stopped_.ahead;
        const bool is_quiet = rules_.quarantine.least == 0 || (ahead != nullptr && !ahead->has_due(now));
        Slot<F>* const next = start.where_it_stopped && is_quiet ? take_next() : nullptr;
        return next != nullptr ? result<Slot<F>*>{next} : search(start, now);
    }
    /// Takes the next free address after the one taken last, where that is simple; null where take() must look.
    /// Pre  no quarantine that is over is there to be ended
    ESTATE_INLINE [[nodiscard]] Slot<F>* take_next() noexcept {
        DenseRange<F>* const ahead = stopped_.ahead;
        return ahead != nullptr && ahead->is_open && ahead->extent->closing == 0 ? ahead->take_next() : nullptr;
    }

    /// The same in one extent.
    [[nodiscard]] result<Slot<F>*> take_from(const Extent<F>& extent, std::int64_t now) noexcept {
        result<Slot<F>*> taken = errc::pool_exhausted;
        for_each_of(extent, [&](Range<F>& part) {
            if (extent.draining || taken || taken.assume_error() != errc::pool_exhausted) return;
            taken = part.take(part.cursor(), SearchStart{}, now);
            if (!taken && taken.assume_error() == errc::pool_exhausted) taken = part.take({}, SearchStart{}, now);
            index(part);
        });
        return taken;
    }

private:
    [[gnu::noinline]] result<Slot<F>*> search(const SearchStart& start, std::int64_t now) noexcept {
        Place at = place_of(start);
        const Range<F>* const begin = at.part;
        for (bool was_here = !static_cast<bool>(at.from); at.part != nullptr;) {
            auto taken = at.part->take(at.from, start, now);
            if (taken || taken.assume_error() != errc::pool_exhausted) {
                if (!taken) index(*at.part);
                if (taken && start.where_it_stopped) stop_in(at.part);
                return taken;  // the call that counts the lease indexes the part
            }
            index(*at.part);
            at = {next_open(*at.part, tree_.root()), {}};
            if (at.part != begin) continue;
            if (was_here) break;
            was_here = true;
        }
        return errc::pool_exhausted;
    }
    void stop_in(Range<F>* part) noexcept {
        stopped_ = {part, false, part->goes_by_index ? static_cast<DenseRange<F>*>(part) : nullptr};
    }
    [[nodiscard]] bool has_no_quarantine(const Range<F>& part) const noexcept {
        return rules_.quarantine.least == 0 && part.due == never;
    }

    /// Where a search begins: at a part and so many addresses after its first.
    struct Place {
        Range<F>* part = nullptr;
        Uint128 from{};
    };

    [[nodiscard]] Place place_of(const SearchStart& start) const noexcept {
        if (start.where_it_stopped) {
            if (stopped_.part == nullptr) return {first_open(tree_.root()), {}};
            if (stopped_.part->is_open && !stopped_.is_left) return {stopped_.part, stopped_.part->cursor()};
            return {next_open(*stopped_.part, tree_.root()), {}};
        }
        Range<F>* at = tree_.root();
        if (at == nullptr || start.fraction == 0) return {first_open(at), {}};
        for (Uint128 rank = start.of(at->weight);;) {
            Range<F>* const left = at->links.left;
            if (left != nullptr && rank < left->weight) {
                at = left;
                continue;
            }
            if (left != nullptr) rank -= left->weight;
            const Uint128 here = at->extent->draining ? Uint128{} : at->usable.count();
            if (rank < here && at->is_open) return {at, rank};
            if (rank < here || at->links.right == nullptr) return {next_open(*at, tree_.root()), {}};
            rank -= here;
            at = at->links.right;
        }
    }
    [[nodiscard]] bool overlaps(const CidrRange<F>& cidr, const Extent<F>* but) const noexcept {
        Range<F>* const above = first_above(cidr.first());
        const Range<F>* const below = tree_.previous(above);
        for (const Range<F>* at = below != nullptr ? below : above; at != nullptr; at = next(*at)) {
            if (at->extent != but && at->extent->cidr.overlaps(cidr)) return true;
            if (at->extent->cidr.first() > cidr.last()) return false;
        }
        return false;
    }
    [[nodiscard]] static Range<F>* last_of(const Extent<F>& extent) noexcept {
        Range<F>* last = nullptr;
        for_each_of(extent, [&](Range<F>& part) { last = &part; });
        return last;
    }
    /// Parts for these addresses; some may be there already when it says false, where memory is short.
    [[nodiscard]] bool add_parts(Extent<F>& extent, UsableAddresses<F> addresses) noexcept {
        for (;;) {
            UsableAddresses<F> part = addresses;
            // the one number that is too large for a dense range and too small for a sparse one: in two halves
            const bool halve = addresses.count() == DenseRange<F>::most_addresses + Uint128{1};
            if (halve) part.last = IpAddress<F>::from_bits(part.first.bits() + (DenseRange<F>::most_addresses >> 1U));
            if (!add_part(extent, part)) return false;
            if (!halve) return true;
            addresses.first = IpAddress<F>::from_bits(part.last.bits() + Uint128{1});
        }
    }
    [[nodiscard]] bool add_part(Extent<F>& extent, const UsableAddresses<F>& addresses) noexcept {
        Range<F>* const made = make_range(core_, rules_, extent, addresses);
        if (made == nullptr) return false;
        made->is_open = !extent.draining;
        tree_.insert(first_above(addresses.first), *made);
        if (extent.first == nullptr || addresses.first < extent.first->usable.first) extent.first = made;
        return true;
    }
    [[nodiscard]] static std::int64_t due_of(const Range<F>& part) noexcept {
        return part.extent->draining || part.cooling() == 0 ? never : part.due_since();
    }
    /// It will not be in the tree any more.
    void leave(Range<F>& part) noexcept {
        if (stopped_.part == &part) stopped_ = {tree_.previous(&part), true};
        Extent<F>& extent = *part.extent;
        if (extent.first == &part) {
            Range<F>* const later = next(part);
            extent.first = later != nullptr && later->extent == &extent ? later : nullptr;
        }
    }

    Core<F>& core_;
    const Rules& rules_;
    Tree<Range<F>> tree_;
    ErasedRanges<F> erased_;
    struct {
        Range<F>* part = nullptr;
        bool is_left = false;  // the search goes on after this part, not in it
        DenseRange<F>* ahead = nullptr;  // the part, where the search may just go on in its index
    } stopped_;
};

}  // namespace estate::detail
