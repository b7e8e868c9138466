// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/extent.hpp>
#include <estate/pool/range/rules.hpp>
#include <estate/pool/range/slot_pages.hpp>
#include <estate/pool/range/time.hpp>
#include <estate/pool/selection.hpp>
#include <type_traits>

namespace estate::detail {

inline Error out_of_memory() noexcept { return Error::system(ENOMEM); }
/// Others want the lock: leave it, and call again. No caller of a pool sees it.
inline Error come_again() noexcept { return Error::system(EAGAIN); }

/// Addresses of an Extent, in a row, that have a common index; a range that grew has several such parts. A node of
/// Ranges. Numbers are addresses as bits; `now` is the pool's time.
///
/// A slot from take() is the caller's to begin, and then to report by count_lease(); uncount_lease() ends that.
template <Family F>
class Range {
public:
    Range(Core<F>& pool, const Rules& with, Extent<F>& of, const UsableAddresses<F>& addresses, bool dense) noexcept
        : core{pool}, rules{with}, extent{&of}, usable{addresses}, is_dense{dense},
          goes_by_index{dense && !with.by_release} {}
    virtual ~Range() = default;
    Range(const Range&) = delete;
    Range& operator=(const Range&) = delete;

    /// Takes a free address at `from` (addresses from the first one) or after it. Sparse ranges have an order of their
    /// own, unless the search goes by names.
    /// Errors  errc::pool_exhausted (none there), capacity_exceeded; system ENOMEM.
    [[nodiscard]] virtual result<Slot<F>*> take(Uint128 from, const SearchStart& start, std::int64_t now) noexcept = 0;
    /// Pre     the address is one of these
    /// Errors  errc::address_leased, address_held, address_cooling, capacity_exceeded; system ENOMEM.
    [[nodiscard]] virtual result<Slot<F>*> take(Uint128 number, std::int64_t now) noexcept = 0;
    /// Where take() goes on after the address that it took last.
    [[nodiscard]] virtual Uint128 cursor() const noexcept = 0;
    /// The lease of this address, or null. Pre  the address is one of these
    [[nodiscard]] virtual Slot<F>* leased(Uint128 number) const noexcept = 0;
    /// How many take() could hand out.
    [[nodiscard]] virtual Uint128 free() const noexcept = 0;
    [[nodiscard]] virtual bool has_free() const noexcept = 0;
    /// How many are in quarantine, and how many of these for long enough.
    [[nodiscard]] virtual std::uint64_t cooling() const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t over(std::int64_t now) const noexcept = 0;

    /// Frees addresses whose quarantine is over: `most` slots, or words of the index.
    virtual void expire_quarantine(std::int64_t now, std::uint32_t most) noexcept = 0;
    static constexpr std::uint32_t some = 16;
    /// expire_quarantine() has something to do.
    [[nodiscard]] virtual bool has_due(std::int64_t now) const noexcept = 0;
    /// When that came which must have waited long enough before anything here has, and what came latest.
    /// Pre  cooling() != 0
    [[nodiscard]] virtual std::int64_t due_since() const noexcept = 0;
    [[nodiscard]] virtual std::int64_t latest_cooling() const noexcept = 0;
    /// Takes the address that waits longest before its time. Pre  cooling() != 0
    [[nodiscard]] virtual result<Slot<F>*> take_oldest() noexcept = 0;
    /// Makes ready for a quarantine. False, and unchanged, where memory is short.
    [[nodiscard]] virtual bool prepare_quarantine() noexcept = 0;

    /// What visit_leased() calls, as long as it says true.
    struct Visit {
        bool (*call)(void* context, Slot<F>& slot) noexcept;
        void* context;
    };
    /// Calls visit(slot), or visitor(slot), for each address of the span that somebody has, while that says true. Time
    /// in proportion to the span, or to the leases; so for cooling_in(), how many of the span are in quarantine here.
    virtual void visit_leased(const Span& span, const Visit& visit) const noexcept = 0;
    template <class Visitor>
    void each_leased(const Span& span, Visitor&& visitor) const noexcept {
        visit_leased(span, Visit{[](void* context, Slot<F>& slot) noexcept {
                                    return (*static_cast<std::remove_reference_t<Visitor>*>(context))(slot);
                                },
                                &visitor});
    }
    [[nodiscard]] virtual std::uint64_t cooling_in(const Span& span) const noexcept = 0;

    /// How large a span close(), open() and each_leased() should be given at once.
    [[nodiscard]] virtual Uint128 piece() const noexcept = 0;
    /// Room for what so many calls of close() and open() need. False where memory is short.
    [[nodiscard]] virtual bool make_room(std::size_t calls) noexcept = 0;
    /// Takes addresses out of what can be leased, also while they are leased, or puts them in again. What was in
    /// quarantine before close() is forgotten there, which the extent is notified of.
    virtual void close(const Span& span) noexcept = 0;
    virtual void open(const Span& span) noexcept = 0;

    ESTATE_INLINE void count_lease(const Slot<F>& slot) noexcept {
        slots_.count_lease(slot.position);
        ++in_use;
        ++extent->in_use;
    }
    /// free_or_quarantine() or free_unused() must follow.
    ESTATE_INLINE void uncount_lease(const Slot<F>& slot) noexcept {
        slots_.uncount_lease(slot.position);
        --in_use;
        --extent->in_use;
    }
    /// Nobody has the address any more.
    virtual void free_or_quarantine(Slot<F>& slot, std::int64_t now) noexcept = 0;
    /// Nobody has had it: it need not wait.
    virtual void free_unused(Slot<F>& slot) noexcept = 0;

    Core<F>& core;  // for leases, which find their way back through it
    const Rules& rules;
    Extent<F>* extent;
    const UsableAddresses<F> usable;
    const bool is_dense;       // a DenseRange, which the hot paths call without a table
    const bool goes_by_index;  // one whose free addresses are those of its index
    std::uint64_t in_use = 0;

    // as a node of Ranges
    TreeLinks<Range> links{};
    Uint128 weight{};           // addresses here that a search can begin at, and in all parts below
    bool is_open = false;       // it has something to give, and the extent does not drain
    bool is_open_below = false;
    std::int64_t due = never;        // due_since(), where something cools and the extent does not drain
    std::int64_t due_below = never;  // the first of those here and below

    void sum_up() noexcept {
        weight = extent->draining ? Uint128{} : usable.count();
        is_open_below = is_open;
        due_below = due;
        for (const Range* const below : {links.left, links.right}) {
            if (below == nullptr) continue;
            weight = saturating_add(weight, below->weight);
            is_open_below = is_open_below || below->is_open_below;
            if (below->due_below < due_below) due_below = below->due_below;
        }
    }
    /// The same where `due` alone has changed. False where nothing above changes with it.
    [[nodiscard]] bool sum_up_due() noexcept {
        const std::int64_t before = due_below;
        due_below = due;
        for (const Range* const below : {links.left, links.right}) {
            if (below != nullptr && below->due_below < due_below) due_below = below->due_below;
        }
        return due_below != before;
    }

protected:
    SlotPages<F> slots_;
};

}  // namespace estate::detail
