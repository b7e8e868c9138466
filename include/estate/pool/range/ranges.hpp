// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/dense_range.hpp>
#include <estate/pool/range/sparse_range.hpp>
#include <optional>
#include <utility>

namespace estate::detail {

/// The ranges of a pool by address, each with the extent it belongs to: what was added as one CIDR range. And an
/// index of those that have something to give.
template <Family F>
class Ranges {
public:
    Ranges(Core<F>& core, const Rules& rules) noexcept : core_{core}, rules_{rules} {}
    ~Ranges() { clear(); }
    Ranges(const Ranges&) = delete;
    Ranges& operator=(const Ranges&) = delete;

    [[nodiscard]] Range<F>* const* begin() const noexcept { return sorted_.begin(); }
    [[nodiscard]] Range<F>* const* end() const noexcept { return sorted_.end(); }

    /// The extent with the address in it, or null. O(log ranges).
    [[nodiscard]] PoolRange<F>* extent_of(const IpAddress<F>& ip) const noexcept {
        const std::size_t after = first_above(ip);
        // an address that is not usable lies beside a range of its extent
        if (after != 0 && sorted_[after - 1]->extent->cidr.contains(ip)) return sorted_[after - 1]->extent;
        if (after < sorted_.size() && sorted_[after]->extent->cidr.contains(ip)) return sorted_[after]->extent;
        return nullptr;
    }
    [[nodiscard]] PoolRange<F>* exactly(const CidrRange<F>& cidr) const noexcept {
        PoolRange<F>* const found = extent_of(cidr.first());
        return found != nullptr && found->cidr == cidr ? found : nullptr;
    }
    /// The first extent that lies after this one, or the very first, or null.
    [[nodiscard]] const PoolRange<F>* extent_after(const CidrRange<F>* cidr) const noexcept {
        const std::size_t at = cidr != nullptr ? first_above(cidr->last()) : 0;
        return at < sorted_.size() ? sorted_[at]->extent : nullptr;
    }
    /// The range that the address can be leased from, or null.
    [[nodiscard]] Range<F>* range_of(const IpAddress<F>& ip) const noexcept {
        const std::size_t after = first_above(ip);
        return after != 0 && sorted_[after - 1]->usable.contains(ip) ? sorted_[after - 1] : nullptr;
    }
    /// Pre  it is an extent of these. The ranges of an extent lie side by side.
    template <class Visit>
    void for_each_of(const PoolRange<F>& extent, Visit visit) const noexcept {
        for (std::size_t at = first_of(extent); at < sorted_.size() && sorted_[at]->extent == &extent; ++at)
            visit(*sorted_[at]);
    }

    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> add(const CidrRange<F>& cidr, const UsableAddresses<F>& usable) noexcept {
        if (overlaps(cidr, nullptr)) return errc::range_overlaps;
        auto* const extent = new (std::nothrow) PoolRange<F>{cidr, usable};
        if (extent == nullptr) return out_of_memory();
        if (append_parts(*extent, usable)) return success();
        erase(*extent);
        return out_of_memory();
    }
    /// The extent covers `cidr` from now on; what it has stays where it is.
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> grow(PoolRange<F>& extent, const CidrRange<F>& cidr,
                                    const UsableAddresses<F>& usable) noexcept {
        if (overlaps(cidr, &extent)) return errc::range_overlaps;
        bool room = true;
        for_each_of(extent, [&](Range<F>& range) { room = room && range.make_room(); });
        if (!room || !extend(extent, usable)) return out_of_memory();
        for_each_of(extent, [&](Range<F>& range) {
            for (const IpAddress<F>& edge : {range.usable.first, range.usable.last})
                update_edge(extent, usable, range, edge);
            index(range);
        });
        extent.cidr = cidr;
        extent.usable = usable;
        return success();
    }
    /// Pre  nothing of it is leased
    void erase(PoolRange<F>& extent) noexcept {
        std::size_t at = first_of(extent);
        while (at < sorted_.size() && sorted_[at]->extent == &extent) erase(at);
        delete &extent;
    }
    void clear() noexcept {
        while (sorted_.size() != 0) {
            Range<F>* const last = sorted_[sorted_.size() - 1];
            const bool alone = sorted_.size() == 1 || sorted_[sorted_.size() - 2]->extent != last->extent;
            if (alone) delete last->extent;
            delete last;
            sorted_.erase(sorted_.size() - 1);
        }
    }

    /// The index learns whether the range has something to give.
    void index(const Range<F>& range) noexcept {
        if (index_is_stale_) return;
        if (is_open(range)) {
            by_place().release(range.place);
        } else {
            static_cast<void>(by_place().claim(range.place));
        }
    }
    /// The search stops after this range, not in it.
    void stop_after(const Range<F>& range) noexcept { stopped_ = range.place + 1; }
    /// A range that has something to give, where this search begins, or null.
    [[nodiscard]] Range<F>* find_open(const SearchStart& start) noexcept {
        if (sorted_.size() == 0) return nullptr;
        if (index_is_stale_) rebuild_index();
        const auto count = static_cast<std::uint32_t>(sorted_.size());
        std::uint32_t place = by_place().next_free(start.where_it_stopped ? stopped_ : start.range_of(count));
        if (place >= count) place = by_place().next_free(0);
        if (place >= count) return nullptr;
        stopped_ = place;
        return sorted_[place];
    }

private:
    static bool is_open(const Range<F>& range) noexcept {
        return !range.extent->draining && static_cast<bool>(range.free());
    }
    [[nodiscard]] bool overlaps(const CidrRange<F>& cidr, const PoolRange<F>* but) const noexcept {
        for (std::size_t at = first_above(cidr.first()), from = at == 0 ? 0 : at - 1; from < sorted_.size(); ++from) {
            const PoolRange<F>* const here = sorted_[from]->extent;
            if (here != but && here->cidr.overlaps(cidr)) return true;
            if (here->cidr.first() > cidr.last()) return false;
        }
        return false;
    }
    /// Holds an address that was usable and is not any more, one of a /31 for example, and opens one that is again.
    static void update_edge(const PoolRange<F>& extent, const UsableAddresses<F>& usable, Range<F>& range,
                     const IpAddress<F>& edge) noexcept {
        const Span here{edge.bits(), edge.bits()};
        const bool was = extent.usable.contains(edge);
        const bool is = usable.contains(edge);
        if (was && !is) static_cast<void>(range.hold(here));  // there is room
        if (!was && is && extent.gateway != edge && range.held().contains(edge.bits()))
            static_cast<void>(range.unhold(here));
    }
    /// Further ranges below and above those of the extent. False, and unchanged, where memory is short.
    [[nodiscard]] bool extend(PoolRange<F>& extent, const UsableAddresses<F>& usable) noexcept {
        std::size_t at = first_of(extent);
        const IpAddress<F> low = sorted_[at]->usable.first;
        while (at + 1 < sorted_.size() && sorted_[at + 1]->extent == &extent) ++at;
        const IpAddress<F> high = sorted_[at]->usable.last;
        const Uint128 one{1};
        bool done = true;
        if (usable.first < low)
            done = append_parts(extent, {usable.first, IpAddress<F>::from_bits(low.bits() - one)});
        if (done && high < usable.last)
            done = append_parts(extent, {IpAddress<F>::from_bits(high.bits() + one), usable.last});
        if (done) return true;
        for (at = sorted_.size(); at-- > 0;) {
            const Range<F>& range = *sorted_[at];
            if (range.extent == &extent && (range.usable.first < low || high < range.usable.first)) erase(at);
        }
        return false;
    }
    /// Ranges over these addresses; some may be there already when it says false, where memory is short.
    [[nodiscard]] bool append_parts(PoolRange<F>& extent, UsableAddresses<F> addresses) noexcept {
        for (;;) {
            UsableAddresses<F> part = addresses;
            // the one number that is too large for a dense range and too small for a sparse one: in two halves
            const bool halve = addresses.count() == DenseRange<F>::most_addresses + Uint128{1};
            if (halve) part.last = IpAddress<F>::from_bits(part.first.bits() + (DenseRange<F>::most_addresses >> 1U));
            if (!insert(extent, part)) return false;
            if (!halve) return true;
            addresses.first = IpAddress<F>::from_bits(part.last.bits() + Uint128{1});
        }
    }
    [[nodiscard]] bool insert(PoolRange<F>& extent, const UsableAddresses<F>& addresses) noexcept {
        if (!sorted_.make_room() || !make_room_in_index()) return false;
        Range<F>* made = nullptr;
        if (addresses.count() <= DenseRange<F>::most_addresses) {
            made = DenseRange<F>::make(core_, rules_, extent, addresses);
        } else {
            made = new (std::nothrow) SparseRange<F>{core_, rules_, extent, addresses};
        }
        if (made == nullptr) return false;
        if (rules_.quarantine.least != 0 && !made->prepare_quarantine()) {
            delete made;
            return false;
        }
        sorted_.insert(first_above(addresses.first), made);
        index_is_stale_ = true;
        return true;
    }
    void erase(std::size_t at) noexcept {
        delete sorted_[at];
        sorted_.erase(at);
        index_is_stale_ = true;
    }
    /// Pre  there is a range
    [[nodiscard]] FreeIndex<HeapWords>& by_place() noexcept {
        return *open_;  // NOLINT(bugprone-unchecked-optional-access): insert() made it for the first one
    }
    [[nodiscard]] bool make_room_in_index() noexcept {
        if (open_ && sorted_.size() < open_->size()) return true;
        HeapWords wide{static_cast<std::uint32_t>(2 * sorted_.size() + 16)};
        if (wide.missing()) return false;
        open_.emplace(std::move(wide));
        index_is_stale_ = true;
        return true;
    }
    /// Rebuilt at the next search, so that adding many ranges costs it once.
    void rebuild_index() noexcept {
        index_is_stale_ = false;
        for (std::uint32_t place = 0; place < by_place().size(); ++place) {
            const bool open = place < sorted_.size() && is_open(*sorted_[place]);
            if (place < sorted_.size()) sorted_[place]->place = place;
            if (open) {
                by_place().release(place);
            } else {
                static_cast<void>(by_place().claim(place));
            }
        }
    }
    [[nodiscard]] std::size_t first_of(const PoolRange<F>& extent) const noexcept {
        std::size_t at = first_above(extent.cidr.first());
        if (at != 0 && sorted_[at - 1]->extent == &extent) --at;
        return at;
    }
    /// The first range that begins after the address.
    [[nodiscard]] std::size_t first_above(const IpAddress<F>& ip) const noexcept {
        return sorted_.first_not([&](const Range<F>* range) { return range->usable.first <= ip; });
    }

    Core<F>& core_;
    const Rules& rules_;
    Array<Range<F>*> sorted_;
    std::optional<FreeIndex<HeapWords>> open_;  // taken where a range has nothing to give
    bool index_is_stale_ = true;
    std::uint32_t stopped_ = 0;
};

}  // namespace estate::detail
