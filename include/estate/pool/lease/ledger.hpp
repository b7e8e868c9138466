// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/sticky.hpp>
#include <estate/pool/lease/tenants.hpp>
#include <estate/pool/range/extents.hpp>
#include <estate/pool/stats.hpp>

namespace estate::detail {

/// Which addresses a pool has, and which owner has each: allocation and record in one step. Reached through the pool's
/// Core alone, which asks for its lock.
template <Family F>
class Ledger {
public:
    Ledger(Core<F>& core, const Rules& rules) noexcept
        : rules_{rules}, extents_{core, rules_}, tenants_{derived(rules.secret, 1)},
          sticky_{derived(rules.secret, 2)} {}
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    [[nodiscard]] const Rules& rules() const noexcept { return rules_; }

    // --- ranges ---

    [[nodiscard]] Extents<F>& extents() noexcept { return extents_; }
    [[nodiscard]] Ranges<F>& ranges() noexcept { return extents_.ranges(); }
    [[nodiscard]] std::int64_t now() const noexcept { return rules_.now(); }
    /// What time does to ranges, a piece of it. False where more is to be done at once.
    bool settle() noexcept { return !extents_.is_restless() || extents_.settle(now()); }
    [[nodiscard]] Rules& rules() noexcept { return rules_; }
    /// Frees addresses whose quarantine is over, some of the ranges at a time. False where more is to be done at once.
    bool expire_quarantine(std::int64_t time) noexcept {
        for (int left = 4; Range<F>* const at = ranges().first_due(); --left) {
            if (elapsed(at->due, time) < rules_.quarantine.least) return true;
            if (left == 0) return false;
            at->expire_quarantine(time, Range<F>::some);
            ranges().index(*at);
        }
        return true;
    }
    /// Frees some of what must be free before an address comes back to the range. False where more is to be done.
    [[nodiscard]] bool is_ready_for(Range<F>& range) noexcept {
        return rules_.quarantine.least == 0 || has_no_due(range);
    }
    [[nodiscard]] PoolStats stats() noexcept {
        PoolStats sum;
        for (Range<F>* at = ranges().first(); at != nullptr; at = ranges().next(*at)) add(sum, *at);
        sum.in_use = Uint128{in_use_};
        return sum;
    }
    /// Counts of one part, and of the waits of its extent with the first one.
    void add(PoolStats& sum, const Range<F>& part) const noexcept {
        const Extent<F>& extent = *part.extent;
        const std::int64_t time = now();
        Uint128 free;
        Uint128 cooling;
        if (!extent.draining) {
            const std::uint64_t over = part.over(time);
            free = part.free() + Uint128{over};
            cooling = Uint128{part.cooling() - over} + extents_.waiting_in(part);
        }
        sum.capacity = saturating_add(sum.capacity, part.usable.count());
        sum.free = saturating_add(sum.free, free);
        sum.cooling += cooling;
        sum.held = saturating_add(sum.held, part.usable.count() - Uint128{part.in_use} - cooling - free);
    }
    [[nodiscard]] PoolStats stats(const Extent<F>& extent) noexcept {
        PoolStats sum;
        ranges().for_each_of(extent, [&](const Range<F>& part) { add(sum, part); });
        sum.in_use = Uint128{extent.in_use};
        return sum;
    }

    // --- leases ---

    /// The next free address for the tenant of the last call, where that is simple; null where lease() must look.
    ESTATE_INLINE [[nodiscard]] Slot<F>* lease_next(const Owner& owner) noexcept {
        Tenant<F>* const holder = tenants_.find_again(owner.tenant());
        if (holder == nullptr || holder->leases.count >= holder->quota) return nullptr;
        if (rules_.quarantine.least != 0 || extents_.is_restless()) return nullptr;
        Slot<F>* const slot = ranges().take_next();
        if (slot == nullptr) return nullptr;
        begin(*slot, owner, *holder);
        ranges().index_next(*slot->range);
        return slot;
    }
    /// Errors  errc::pool_exhausted, pool_cooling, quota_exceeded, system ENOMEM; come_again().
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const SearchStart& start) noexcept {
        const std::int64_t time = now();
        if (extents_.is_restless()) settle();
        return record(owner, [&]() -> result<Slot<F>*> {
            auto taken = ranges().take(start, time);
            if (taken || taken.assume_error() != errc::pool_exhausted) return taken;
            if (ranges().first_due() == nullptr && !extents_.is_restless()) return taken;
            const bool is_all = expire_quarantine(time);
            const bool is_settled = settle();
            taken = ranges().take(start, time);
            if (taken || taken.assume_error() != errc::pool_exhausted) return taken;
            if (!is_all || !is_settled) return come_again();
            return take_cooling(time, ranges().first_due(), extents_.longest_waiting());
        });
    }
    /// The next free address of a range.
    /// Errors  errc::range_unknown, pool_exhausted, pool_cooling, quota_exceeded, system ENOMEM; come_again().
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const CidrRange<F>& range) noexcept {
        const bool is_settled = settle();
        Extent<F>* const extent = ranges().exactly(range);
        if (extent == nullptr) return errc::range_unknown;
        return record(owner, [&]() -> result<Slot<F>*> {
            const std::int64_t time = now();
            auto taken = ranges().take_from(*extent, time);
            if (taken || taken.assume_error() != errc::pool_exhausted || extent->draining) return taken;
            Range<F>* oldest = nullptr;
            ranges().for_each_of(*extent, [&](Range<F>& part) {
                if (part.cooling() != 0 && (oldest == nullptr || part.due < oldest->due)) oldest = &part;
            });
            if (!is_settled || (oldest != nullptr && oldest->has_due(time))) return come_again();
            return take_cooling(time, oldest, extent->waits.empty() ? nullptr : extent);
        });
    }
    /// Errors  errc::address_not_in_pool, address_leased, address_held, address_cooling, capacity_exceeded,
    ///         quota_exceeded, system ENOMEM.
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const IpAddress<F>& ip) noexcept {
        settle();
        Extent<F>* const extent = ranges().extent_of(ip);
        if (extent == nullptr) return errc::address_not_in_pool;
        Range<F>* const range = ranges().range_of(ip);
        if (range == nullptr) return errc::address_held;
        if (extent->draining) return range->leased(ip.bits()) != nullptr ? errc::address_leased : errc::address_held;
        extents_.open_if_over(*extent, ip.bits(), now());
        return record(owner, [&] {
            auto taken = range->take(ip.bits(), now());
            ranges().index(*range);
            return taken;
        });
    }
    /// The lease of this tenant and resource that was made here, where its address can still be leased, or a new one.
    /// Errors  as lease().
    [[nodiscard]] result<Slot<F>*> lease_sticky(const Owner& owner, const SearchStart& start) noexcept {
        settle();
        Slot<F>* const known = find_sticky(owner, [](Slot<F>& slot) {
            const Extent<F>& extent = *slot.range->extent;
            return !extent.draining && !extent.is_held(slot.address.bits()) && slot.try_share();
        });
        if (known != nullptr) return known;
        if (!sticky_.make_room()) return out_of_memory();
        auto made = lease(owner, start);
        if (made) sticky_.insert(*made.assume_value());
        return made;
    }
    /// The first sticky lease of this tenant and resource that is(slot) is true for, also where its range drains, or
    /// null; its last share may be leaving.
    template <class Is>
    [[nodiscard]] Slot<F>* find_sticky(const Owner& owner, Is is) const noexcept {
        const Tenant<F>* const holder = tenants_.find(owner.tenant().view());
        return holder != nullptr ? sticky_.find(*holder, owner.resource().view(), is) : nullptr;
    }
    /// A lease that was sticky in an earlier pool is so here. False where memory is short.
    [[nodiscard]] bool restore_sticky(Slot<F>& slot) noexcept {
        if (!sticky_.make_room()) return false;
        sticky_.insert(slot);
        return true;
    }
    /// The lease of this address is sticky no more. Pre  the caller has a share of it
    void forget_sticky(const IpAddress<F>& ip) noexcept {
        Slot<F>& slot = *find(ip);
        if (slot.sticky) sticky_.erase(slot);
    }
    /// The lease of this address, or null; its last share may be leaving.
    [[nodiscard]] Slot<F>* find(const IpAddress<F>& ip) const noexcept {
        const Range<F>* const range = extents_.ranges().range_of(ip);
        return range != nullptr ? range->leased(ip.bits()) : nullptr;
    }
    /// The lease counts for this tenant from now on, whatever its quota. False where memory is short.
    /// Pre  nobody has a share, and it counts for another tenant
    [[nodiscard]] bool attribute(Slot<F>& slot, const TenantName& tenant) noexcept {
        Tenant<F>* const holder = tenants_.find_or_add(tenant);
        if (holder == nullptr) return false;
        leave(slot);
        join(slot, *holder);
        return true;
    }
    /// A lease ends of which nobody has a share any more, where that is simple. False, and nothing done, where
    /// end_lease() must look.
    ESTATE_INLINE [[nodiscard]] bool end_next(Slot<F>& slot) noexcept {
        if (rules_.quarantine.least != 0 || slot.sticky || !ranges().end_next(slot)) return false;
        leave(*slot.holder, slot);
        slot.generation.store(0, std::memory_order_relaxed);
        --in_use_;
        return true;
    }
    /// Nobody has a share any more; the address is free at once if it was never had.
    ESTATE_INLINE void end_lease(Slot<F>& slot, bool was_had) noexcept {
        Range<F>& range = *slot.range;
        Extent<F>& extent = *range.extent;
        leave(slot);
        slot.generation.store(0, std::memory_order_relaxed);
        ranges().end_lease(slot, now(), was_had);
        --in_use_;
        if (extent.draining && extent.in_use == 0) extents_.look_at(extent, now());
    }
    [[nodiscard]] Tenants<F>& tenants() noexcept { return tenants_; }
    [[nodiscard]] std::uint64_t in_use() const noexcept { return in_use_; }
    /// Of the lease made last.
    [[nodiscard]] std::uint64_t& generation() noexcept { return generation_; }

private:
    /// What is_ready_for() asks where there is a quarantine.
    [[gnu::noinline]] bool has_no_due(Range<F>& range) noexcept {
        const std::int64_t time = now();
        if (!range.has_due(time)) return true;
        range.expire_quarantine(time, Range<F>::some);
        ranges().index(range);
        return !range.has_due(time);
    }
    [[nodiscard]] static SecretKey derived(SecretKey from, std::uint64_t which) noexcept {
        return {siphash(from, which, 0xF0), siphash(from, which, 0xF1)};
    }
    /// The slot among the leases of a tenant.
    ESTATE_INLINE void join(Slot<F>& slot, Tenant<F>& holder) noexcept {
        slot.holder = &holder;
        if (holder.leases.count == 0) tenants_.link(holder);
        holder.leases.push_front(slot);
    }
    void leave(Slot<F>& slot) noexcept {
        if (slot.sticky) sticky_.erase(slot);
        leave(*slot.holder, slot);
    }
    ESTATE_INLINE void leave(Tenant<F>& holder, Slot<F>& slot) noexcept {
        holder.leases.erase(slot);
        if (holder.leases.count == 0) tenants_.end_last(holder);
    }
    template <class Take>
    result<Slot<F>*> record(const Owner& owner, Take take) noexcept {
        Tenant<F>* const holder = tenants_.find_or_add(owner.tenant());
        if (holder == nullptr) return out_of_memory();
        result<Slot<F>*> taken = errc::quota_exceeded;
        if (holder->leases.count < holder->quota) taken = take();
        if (!taken) {
            tenants_.erase_if_unused(*holder);
            return taken;
        }
        begin(*taken.assume_value(), owner, *holder);
        ranges().index_lease(*taken.assume_value()->range);
        return taken;
    }
    ESTATE_INLINE void begin(Slot<F>& slot, const Owner& owner, Tenant<F>& holder) noexcept {
        Range<F>& part = *slot.range;
        part.count_lease(slot);
        slot.begin(++generation_, owner);
        join(slot, holder);
        ++in_use_;
    }
    /// Takes what has waited longest in the part or the extent, if that is the rule; nothing is free.
    result<Slot<F>*> take_cooling(std::int64_t time, Range<F>* part, Extent<F>* waiting) noexcept {
        const bool take = rules_.quarantine.otherwise != WhenCooling::refuse;
        if (part != nullptr && !take) return errc::pool_cooling;
        if (waiting != nullptr && (part == nullptr || waiting->restless_since < part->due)) {
            auto found = extents_.next_waiting(*waiting, time, take);
            if (found) return take ? found : errc::pool_cooling;
            return found.assume_error() == errc::pool_exhausted ? come_again() : found;  // there is a wait less
        }
        if (part == nullptr) return errc::pool_exhausted;
        auto taken = part->take_oldest();
        ranges().index(*part);
        return taken;
    }
    Rules rules_;
    std::uint64_t generation_ = 0;
    std::uint64_t in_use_ = 0;
    Extents<F> extents_;
    Tenants<F> tenants_;
    Sticky<F> sticky_;
};

}  // namespace estate::detail
