// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/keeper.hpp>
#include <estate/pool/detail/ranges.hpp>
#include <estate/pool/detail/sticky.hpp>
#include <estate/pool/detail/tenants.hpp>
#include <estate/pool/event.hpp>
#include <estate/pool/lock.hpp>
#include <estate/pool/stats.hpp>
#include <mutex>

namespace estate::detail {

/// What an IpPool, its leases and its bindings share. Lives until the last of them has gone: each counts in
/// `users`, all shares of one lease as one. Ranges, slots and tenants go with the pool and its last lease.
template <Family F>
class Core {
public:
    using Locked = Guard<std::mutex>;
    using Event = PoolEvent<F>;
    /// What the pool is made with.
    struct Rules {
        SecretKey secret;
        bool by_release;                  // lease first what was given back longest ago
        std::int64_t (*clock)() noexcept;  // nanoseconds
    };

    [[nodiscard]] static Core* make(const Rules& rules) noexcept { return new (std::nothrow) Core{rules}; }

    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    std::mutex& lock() noexcept { return lock_; }

    void use() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
    void leave() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
    /// The pool has gone, and what it kept with it.
    void close() noexcept {
        {
            const Locked locked{lock_};
            end_kept();
            observer_ = {};
            closed_ = true;
            if (in_use_ == 0) ranges_.clear();
        }
        leave();
    }

    // --- what the ranges ask; the caller has the lock, here and below ---

    [[nodiscard]] const Quarantine& quarantine() const noexcept { return quarantine_; }
    [[nodiscard]] bool by_release() const noexcept { return rules_.by_release; }

    // --- ranges ---

    [[nodiscard]] Ranges<F>& ranges() noexcept { return ranges_; }
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> add(const CidrRange<F>& cidr, const UsableAddresses<F>& usable) noexcept {
        return ranges_.add(*this, cidr, usable, rules_.secret);
    }
    /// Errors  errc::range_overlaps, system ENOMEM.
    [[nodiscard]] result<void> grow(PoolRange<F>& extent, const CidrRange<F>& cidr, const UsableAddresses<F>& usable) noexcept {
        return ranges_.grow(*this, extent, cidr, usable, rules_.secret);
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
            sum.capacity += range->usable.count();
            if (range->extent->draining) continue;
            sum.free += range->free();
            sum.cooling += Uint128{range->cooling()};
        }
        sum.in_use = Uint128{in_use_};
        sum.held = sum.capacity - sum.in_use - sum.cooling - sum.free;
        return sum;
    }

    // --- leases ---

    /// Who asks for an address.
    struct Owner {
        TenantName tenant;
        ResourceName resource;
        ResourceType type;
    };

    /// Errors  errc::pool_exhausted, pool_cooling, quota_exceeded, system ENOMEM.
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const SearchStart& start) noexcept {
        const std::int64_t time = now();
        Range<F>* range = ranges_.open_from(start);
        if (range == nullptr && quarantine_.least != 0) {
            ripen(time);
            range = ranges_.open_from(start);
        }
        if (range != nullptr) return begin(*range, owner, [&](Range<F>& from) { return from.take(start, time); });
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
        const std::string_view resource = owner.resource.view();
        if (const Tenant<F>* const holder = tenants_.find(owner.tenant.view())) {
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
    /// A share of the lease of this generation, or null.
    [[nodiscard]] Slot<F>* share(const IpAddress<F>& ip, std::uint64_t generation) noexcept {
        Slot<F>* const slot = closed_ ? nullptr : find(ip);
        return slot != nullptr && slot->generation == generation && slot->try_share() ? slot : nullptr;
    }
    /// The lease of this address, or null; its last share may be leaving.
    [[nodiscard]] Slot<F>* find(const IpAddress<F>& ip) const noexcept {
        const Range<F>* const range = ranges_.range_of(ip);
        return range != nullptr ? range->leased(ip.bits()) : nullptr;
    }
    [[nodiscard]] Tenants<F>& tenants() noexcept { return tenants_; }
    /// Of the lease made last.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

    /// Shares that the pool has itself.
    [[nodiscard]] Keeper<F>& keeper() noexcept { return keeper_; }
    /// The kept lease of this generation, or null.
    [[nodiscard]] Slot<F>* find_kept(const IpAddress<F>& ip, std::uint64_t generation) const noexcept {
        Slot<F>* const slot = find(ip);
        return slot != nullptr && slot->generation == generation && slot->kept ? slot : nullptr;
    }
    /// A kept lease whose time has come, as the caller's share, or null.
    [[nodiscard]] Slot<F>* take_expired() noexcept { return keeper_.is_timing() ? keeper_.take_expired(time()) : nullptr; }
    [[nodiscard]] std::int64_t time() const noexcept { return rules_.clock(); }

    // --- events ---

    void observe(const PoolObserver<F>& observer) noexcept { observer_ = observer; }
    [[nodiscard]] const PoolObserver<F>& observer() const noexcept { return observer_; }
    static Event event_of(typename Event::Kind kind, const Slot<F>& slot) noexcept {
        return {kind, slot.address, slot.holder->name, slot.resource, slot.type, slot.generation};
    }

    /// The last share has gone: the address is free again. Takes the lock.
    void end(Slot<F>& slot, typename Event::Kind kind = Event::Kind::released) noexcept {
        PoolObserver<F> told;
        std::optional<Event> event;
        {
            const Locked locked{lock_};
            told = observer_;
            if (told.notify != nullptr) event = event_of(kind, slot);
            end_locked(slot);
        }
        if (event) told.notify(told.context, *event);
        leave();
    }

private:
    explicit Core(const Rules& rules) noexcept : rules_{rules} {}
    ~Core() = default;

    /// Time matters only where there is a quarantine.
    [[nodiscard]] std::int64_t now() const noexcept { return quarantine_.least != 0 ? rules_.clock() : 0; }

    template <class Take>
    result<Slot<F>*> begin(Range<F>& range, const Owner& owner, Take take) noexcept {
        Tenant<F>* const holder = tenants_.find_or_add(owner.tenant);
        if (holder == nullptr) return out_of_memory();
        result<Slot<F>*> taken = errc::quota_exceeded;
        if (holder->leases.count < holder->quota) taken = take(range);
        if (!taken) {
            tenants_.leave(*holder);
            ranges_.list(range);
            return taken;
        }
        Slot<F>& slot = *taken.assume_value();
        slot.begin(++generation_, owner.resource, owner.type);
        slot.holder = holder;
        if (holder->leases.count == 0) tenants_.join(*holder);
        holder->leases.push_front(slot);
        range.began(slot);
        ranges_.list(range);
        ++in_use_;
        use();
        return taken;
    }
    void end_locked(Slot<F>& slot) noexcept {
        Range<F>& range = *slot.range;
        PoolRange<F>& extent = *range.extent;
        Tenant<F>& holder = *slot.holder;
        if (slot.sticky) sticky_.erase(slot);
        holder.leases.erase(slot);
        if (holder.leases.count == 0) tenants_.part(holder);
        tenants_.leave(holder);
        slot.generation = 0;
        range.give(slot, now());
        --in_use_;
        if (extent.draining && extent.in_use == 0) {
            ranges_.erase(extent);
        } else {
            ranges_.list(range);
        }
        if (closed_ && in_use_ == 0) ranges_.clear();
    }
    void end_kept() noexcept {
        for (const Tenant<F>* tenant = tenants_.first(); tenant != nullptr;) {
            const Tenant<F>* const after = tenant->after;
            for (Slot<F>* slot = tenant->leases.first; slot != nullptr;) {
                Slot<F>* const later = slot->next;
                if (slot->kept) {
                    keeper_.give_up(*slot);
                    if (slot->drop()) {
                        end_locked(*slot);
                        leave();  // never the last: the pool is still here
                    }
                }
                slot = later;
            }
            tenant = after;
        }
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

    std::mutex lock_;
    const Rules rules_;
    std::atomic<std::size_t> users_{1};
    bool closed_ = false;
    std::uint64_t generation_ = 0;
    std::uint64_t in_use_ = 0;
    Quarantine quarantine_;
    Ranges<F> ranges_;
    Tenants<F> tenants_;
    Sticky<F> sticky_;
    Keeper<F> keeper_;
    PoolObserver<F> observer_;
};

}  // namespace estate::detail
