// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/ranges.hpp>
#include <estate/pool/detail/sticky.hpp>
#include <estate/pool/detail/tenants.hpp>
#include <estate/pool/stats.hpp>

namespace estate::detail {

/// Which addresses a pool has, and who leases them: allocation and record in one step. Needs the pool's lock.
template <Family F>
class Ledger {
public:
    /// What the pool is made with.
    struct Rules {
        SecretKey secret{};
        bool by_release = false;                     // lease first what was given back longest ago
        std::int64_t (*clock)() noexcept = nullptr;  // nanoseconds
    };

    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    // --- what the ranges ask ---

    [[nodiscard]] const Quarantine& quarantine() const noexcept { return quarantine_; }
    /// Time matters only where there is a quarantine.
    [[nodiscard]] std::int64_t now() const noexcept { return quarantine_.least != 0 ? rules_.clock() : 0; }
    [[nodiscard]] bool by_release() const noexcept { return rules_.by_release; }

    // --- ranges ---

    [[nodiscard]] Ranges<F>& ranges() noexcept { return ranges_; }
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> add(const CidrRange<F>& cidr, const UsableAddresses<F>& usable) noexcept {
        return ranges_.add(core(), cidr, usable, rules_.secret);
    }
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> grow(PoolRange<F>& extent, const CidrRange<F>& cidr,
                                    const UsableAddresses<F>& usable) noexcept {
        return ranges_.grow(core(), extent, cidr, usable, rules_.secret);
    }
    void drain(PoolRange<F>& extent) noexcept {
        extent.draining = true;
        ranges_.for_each_of(extent, [this](Range<F>& range) { ranges_.list(range); });
        if (extent.in_use == 0) ranges_.erase(extent);
    }
    /// Errors  system ENOMEM.
    [[nodiscard]] result<void> set_quarantine(const Quarantine& rule) noexcept {
        if (rule.least != 0) {
            for (Range<F>* const range : ranges_) {
                if (!range->prepare_quarantine()) return out_of_memory();
            }
        }
        quarantine_ = rule;
        ripen(rules_.clock());
        return success();
    }
    [[nodiscard]] PoolStats stats() noexcept {
        if (quarantine_.least != 0) ripen(now());
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
        const std::int64_t time = now();
        Range<F>* range = ranges_.open_from(start);
        if (range == nullptr && quarantine_.least != 0) {
            ripen(time);
            range = ranges_.open_from(start);
        }
        if (range != nullptr) {
            return begin(*range, owner, [&](Range<F>& from) {
                const auto taken = from.take(start, time);
                if (start.where_it_stopped && from.came_round) ranges_.go_on_after(from);
                return taken;
            });
        }
        if (!tenants_.may_have(owner.tenant().view(), 1)) return errc::quota_exceeded;
        range = longest_cooling();
        if (range == nullptr) return errc::pool_exhausted;
        if (quarantine_.otherwise == WhenCooling::refuse) return errc::pool_cooling;
        return begin(*range, owner, [](Range<F>& from) { return from.take_oldest(); });
    }
    /// Errors  errc::address_not_in_pool, address_leased, address_held, address_cooling, capacity_exceeded,
    ///         quota_exceeded, system ENOMEM.
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const IpAddress<F>& ip) noexcept {
        const PoolRange<F>* const extent = ranges_.extent_of(ip);
        if (extent == nullptr) return errc::address_not_in_pool;
        Range<F>* const range = ranges_.range_of(ip);
        if (range == nullptr) return errc::address_held;
        if (extent->draining) return range->leased(ip.bits()) != nullptr ? errc::address_leased : errc::address_held;
        const std::int64_t time = now();
        return begin(*range, owner, [&](Range<F>& from) { return from.take(ip.bits(), time); });
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
    [[nodiscard]] Tenants<F>& tenants() noexcept { return tenants_; }
    /// Of the lease made last.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

protected:
    explicit Ledger(const Rules& rules) noexcept : rules_{rules} {}
    ~Ledger() = default;

    /// Nobody has a share any more.
    void end(Slot<F>& slot) noexcept {
        Range<F>& range = *slot.range;
        PoolRange<F>& extent = *range.extent;
        Tenant<F>& holder = *slot.holder;
        if (slot.sticky) sticky_.erase(slot);
        holder.leases.erase(slot);
        if (holder.leases.count == 0) tenants_.part(holder);
        tenants_.leave(holder);
        slot.generation.store(0, std::memory_order_relaxed);
        range.give(slot, now());
        --in_use_;
        if (extent.draining && extent.in_use == 0) {
            ranges_.erase(extent);
        } else {
            ranges_.list(range);
        }
    }

    const Rules rules_;
    std::uint64_t generation_ = 0;
    std::uint64_t in_use_ = 0;
    Ranges<F> ranges_;
    Tenants<F> tenants_;

private:
    [[nodiscard]] Core<F>& core() noexcept { return static_cast<Core<F>&>(*this); }
    template <class Take>
    result<Slot<F>*> begin(Range<F>& range, const Owner& owner, Take take) noexcept {
        Tenant<F>* const holder = tenants_.find_or_add(owner.tenant());
        if (holder == nullptr) return out_of_memory();
        result<Slot<F>*> taken = errc::quota_exceeded;
        if (holder->leases.count < holder->quota) taken = take(range);
        if (!taken) {
            tenants_.leave(*holder);
            ranges_.list(range);
            return taken;
        }
        Slot<F>& slot = *taken.assume_value();
        slot.begin(++generation_, owner);
        slot.holder = holder;
        if (holder->leases.count == 0) tenants_.join(*holder);
        holder->leases.push_front(slot);
        range.began(slot);
        ranges_.list(range);
        ++in_use_;
        core().use();
        return taken;
    }
    void ripen(std::int64_t time) noexcept {
        for (Range<F>* const range : ranges_) {
            range->ripen(time, range->all);
            ranges_.list(*range);
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

    Quarantine quarantine_;
    Sticky<F> sticky_;
};

}  // namespace estate::detail
