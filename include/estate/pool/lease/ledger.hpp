// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/sticky.hpp>
#include <estate/pool/lease/tenants.hpp>
#include <estate/pool/range/ranges.hpp>
#include <estate/pool/stats.hpp>

namespace estate::detail {

/// Which addresses a pool has, and who leases them: allocation and record in one step. Reached through the pool's
/// Core alone, which asks for its lock.
template <Family F>
class Ledger {
public:
    Ledger(Core<F>& core, const Rules& rules) noexcept : rules_{rules}, ranges_{core, rules_} {}
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    [[nodiscard]] const Rules& rules() const noexcept { return rules_; }

    // --- ranges ---

    [[nodiscard]] Ranges<F>& ranges() noexcept { return ranges_; }
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> add(const CidrRange<F>& cidr, const UsableAddresses<F>& usable) noexcept {
        return ranges_.add(cidr, usable);
    }
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> grow(PoolRange<F>& extent, const CidrRange<F>& cidr,
                                    const UsableAddresses<F>& usable) noexcept {
        return ranges_.grow(extent, cidr, usable);
    }
    void drain(PoolRange<F>& extent) noexcept {
        extent.draining = true;
        ranges_.for_each_of(extent, [this](Range<F>& range) { ranges_.index(range); });
        if (extent.in_use == 0) ranges_.erase(extent);
    }
    /// Errors  system ENOMEM.
    [[nodiscard]] result<void> set_quarantine(const Quarantine& rule) noexcept {
        if (rule.least != 0) {
            for (Range<F>* const range : ranges_) {
                if (!range->prepare_quarantine()) return out_of_memory();
            }
        }
        rules_.quarantine = rule;
        expire_quarantine(rules_.clock());
        return success();
    }
    [[nodiscard]] PoolStats stats() noexcept {
        if (rules_.quarantine.least != 0) expire_quarantine(rules_.now());
        PoolStats sum;
        for (const Range<F>* const range : ranges_) {
            const bool open = !range->extent->draining;
            const Uint128 free = open ? range->free() : Uint128{};
            const Uint128 cooling{open ? range->cooling() : 0};
            sum.capacity = saturating_add(sum.capacity, range->usable.count());
            sum.free = saturating_add(sum.free, free);
            sum.cooling += cooling;
            sum.held = saturating_add(sum.held, range->usable.count() - Uint128{range->in_use} - cooling - free);
        }
        sum.in_use = Uint128{in_use_};
        return sum;
    }

    // --- leases ---

    /// Errors  errc::pool_exhausted, pool_cooling, quota_exceeded, system ENOMEM.
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const SearchStart& start) noexcept {
        const std::int64_t time = rules_.now();
        Range<F>* range = ranges_.find_open(start);
        if (range == nullptr && rules_.quarantine.least != 0) {
            expire_quarantine(time);
            range = ranges_.find_open(start);
        }
        if (range != nullptr) {
            return record(*range, owner, [&](Range<F>& from) {
                const auto taken = from.take(start, time);
                if (start.where_it_stopped && from.came_round) ranges_.stop_after(from);
                return taken;
            });
        }
        if (!tenants_.may_have(owner.tenant().view(), 1)) return errc::quota_exceeded;
        range = longest_cooling();
        if (range == nullptr) return errc::pool_exhausted;
        if (rules_.quarantine.otherwise == WhenCooling::refuse) return errc::pool_cooling;
        return record(*range, owner, [](Range<F>& from) { return from.take_oldest(); });
    }
    /// Errors  errc::address_not_in_pool, address_leased, address_held, address_cooling, capacity_exceeded,
    ///         quota_exceeded, system ENOMEM.
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const IpAddress<F>& ip) noexcept {
        const PoolRange<F>* const extent = ranges_.extent_of(ip);
        if (extent == nullptr) return errc::address_not_in_pool;
        Range<F>* const range = ranges_.range_of(ip);
        if (range == nullptr) return errc::address_held;
        if (extent->draining) return range->leased(ip.bits()) != nullptr ? errc::address_leased : errc::address_held;
        const std::int64_t time = rules_.now();
        return record(*range, owner, [&](Range<F>& from) { return from.take(ip.bits(), time); });
    }
    /// The lease of this tenant and resource that was made here, or a new one.
    /// Errors  as lease().
    [[nodiscard]] result<Slot<F>*> lease_sticky(const Owner& owner, const SearchStart& start) noexcept {
        const std::string_view resource = owner.resource().view();
        if (const Tenant<F>* const holder = tenants_.find(owner.tenant().view())) {
            const auto next = [&](Slot<F>* at) { return Sticky<F>::from(at, *holder, resource); };
            for (Slot<F>* at = next(sticky_.chain(*holder, resource)); at != nullptr; at = next(at->next_sticky)) {
                if (at->try_share()) return at;  // else its last share is leaving
            }
        }
        if (!sticky_.make_room()) return out_of_memory();
        auto made = lease(owner, start);
        if (made) sticky_.insert(*made.assume_value());
        return made;
    }
    /// The lease of this address, or null; its last share may be leaving.
    [[nodiscard]] Slot<F>* find(const IpAddress<F>& ip) const noexcept {
        const Range<F>* const range = ranges_.range_of(ip);
        return range != nullptr ? range->leased(ip.bits()) : nullptr;
    }
    /// Nobody has a share any more.
    void end_lease(Slot<F>& slot) noexcept {
        Range<F>& range = *slot.range;
        PoolRange<F>& extent = *range.extent;
        Tenant<F>& holder = *slot.holder;
        if (slot.sticky) sticky_.erase(slot);
        holder.leases.erase(slot);
        if (holder.leases.count == 0) tenants_.unlink(holder);
        tenants_.erase_if_unused(holder);
        slot.generation.store(0, std::memory_order_relaxed);
        range.end_lease(slot, rules_.now());
        --in_use_;
        if (extent.draining && extent.in_use == 0) {
            ranges_.erase(extent);
        } else {
            ranges_.index(range);
        }
    }
    [[nodiscard]] Tenants<F>& tenants() noexcept { return tenants_; }
    [[nodiscard]] std::uint64_t in_use() const noexcept { return in_use_; }
    /// Of the lease made last.
    [[nodiscard]] std::uint64_t& generation() noexcept { return generation_; }

private:
    template <class Take>
    result<Slot<F>*> record(Range<F>& range, const Owner& owner, Take take) noexcept {
        Tenant<F>* const holder = tenants_.find_or_add(owner.tenant());
        if (holder == nullptr) return out_of_memory();
        result<Slot<F>*> taken = errc::quota_exceeded;
        if (holder->leases.count < holder->quota) taken = take(range);
        if (!taken) {
            tenants_.erase_if_unused(*holder);
            ranges_.index(range);
            return taken;
        }
        Slot<F>& slot = *taken.assume_value();
        slot.begin(++generation_, owner);
        slot.holder = holder;
        if (holder->leases.count == 0) tenants_.link(*holder);
        holder->leases.push_front(slot);
        range.count_lease(slot);
        ranges_.index(range);
        ++in_use_;
        return taken;
    }
    void expire_quarantine(std::int64_t time) noexcept {
        for (Range<F>* const range : ranges_) {
            range->expire_quarantine(time, range->all);
            ranges_.index(*range);
        }
    }
    [[nodiscard]] Range<F>* longest_cooling() const noexcept {
        Range<F>* longest = nullptr;
        for (Range<F>* const range : ranges_) {
            if (range->extent->draining || range->cooling() == 0) continue;
            if (longest == nullptr || range->cooling_since() < longest->cooling_since()) longest = range;
        }
        return longest;
    }

    Rules rules_;
    std::uint64_t generation_ = 0;
    std::uint64_t in_use_ = 0;
    Ranges<F> ranges_;
    Tenants<F> tenants_;
    Sticky<F> sticky_;
};

}  // namespace estate::detail
