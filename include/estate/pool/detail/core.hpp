// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/default_lock.hpp>
#include <estate/pool/detail/keeper.hpp>
#include <estate/pool/detail/ledger.hpp>
#include <estate/pool/detail/magazine_core.hpp>

namespace estate::detail {

/// What an IpPool, its leases and its bindings share. Lives until the last of them has gone: each counts in
/// `users`, all shares of one lease as one. Ranges, slots and tenants go with the pool and its last lease. All but
/// the first four members and end_unlocked() need the lock.
template <Family F>
class Core final : public Ledger<F> {
public:
    using Locked = Guard<DefaultLock>;
    using Event = PoolEvent<F>;
    using Rules = typename Ledger<F>::Rules;

    [[nodiscard]] static Core* make(const Rules& rules) noexcept { return new (std::nothrow) Core{rules}; }

    DefaultLock& lock() noexcept { return lock_; }

    void use() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
    void leave() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
    /// The pool has gone, and what it kept with it.
    void close() noexcept {
        {
            const Locked locked{lock_};
            end_kept();
            for (auto* at = magazines_; at != nullptr; at = at->next) finish(*at);
            observer_ = {};
            closed_ = true;
            if (this->in_use_ == 0) this->ranges_.clear();
        }
        leave();
    }

    // --- leases ---

    /// As in Ledger, but magazines are called in where what waits in them is in the way.
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const SearchStart& start) noexcept {
        return or_call_in(owner, [&] { return Ledger<F>::lease(owner, start); });
    }
    [[nodiscard]] result<Slot<F>*> lease(const Owner& owner, const IpAddress<F>& ip) noexcept {
        return or_call_in(owner, [&] { return Ledger<F>::lease(owner, ip); });
    }
    [[nodiscard]] result<Slot<F>*> lease_sticky(const Owner& owner, const SearchStart& start) noexcept {
        return or_call_in(owner, [&] { return Ledger<F>::lease_sticky(owner, start); });
    }
    /// The tenant can have so many more.
    [[nodiscard]] bool may_have(const TenantName& tenant, std::size_t more) noexcept {
        const auto may = [&] { return this->tenants_.may_have(tenant.view(), more); };
        return may() || (call_in_all(&tenant) && may());
    }
    /// So many can be leased now.
    /// Errors  errc::pool_exhausted, pool_cooling.
    [[nodiscard]] result<void> has_room(std::size_t count) noexcept {
        PoolStats now = this->stats();
        if (Uint128{count} > now.free && call_in_all()) now = this->stats();
        if (Uint128{count} <= now.free) return success();
        if (Uint128{count} > now.free + now.cooling) return errc::pool_exhausted;
        if (this->quarantine().otherwise == WhenCooling::refuse) return errc::pool_cooling;
        return success();
    }

    /// A share of the lease of this generation, or null.
    [[nodiscard]] Slot<F>* share(const IpAddress<F>& ip, std::uint64_t generation) noexcept {
        Slot<F>* const slot = closed_ ? nullptr : this->find(ip);
        const bool shared =
            slot != nullptr && steady(*slot, [&] { return slot->number() == generation && slot->try_share(); });
        return shared ? slot : nullptr;
    }
    /// The last share has gone: the address is free again. Takes the lock.
    void end_unlocked(Slot<F>& slot, typename Event::Kind kind = Event::Kind::released) noexcept {
        PoolObserver<F> told;
        Event event;
        {
            const Locked locked{lock_};
            told = observer_;
            if (told.notify != nullptr) event = event_of(kind, slot);
            finish(slot);
        }
        if (told.notify != nullptr) told.notify(told.context, event);
        leave();
    }

    /// Shares that the pool has itself.
    [[nodiscard]] Keeper<F>& keeper() noexcept { return keeper_; }
    /// The kept lease of this generation, or null.
    [[nodiscard]] Slot<F>* find_kept(const IpAddress<F>& ip, std::uint64_t generation) const noexcept {
        Slot<F>* const slot = this->find(ip);
        return slot != nullptr && slot->kept && slot->number() == generation ? slot : nullptr;
    }
    /// Ends a kept lease whose time has come. False where there is none. Takes the lock.
    bool expire_one() noexcept {
        Slot<F>* due = nullptr;
        {
            const Locked locked{lock_};
            if (keeper_.is_timing()) due = keeper_.take_expired(time());
        }
        if (due == nullptr) return false;
        if (due->drop()) end_unlocked(*due, Event::Kind::expired);
        return true;
    }
    /// What waits in a magazine, or a kept lease whose time has come, can be the reason.
    [[nodiscard]] static bool is_in_the_way(Error refusal) noexcept {
        return refusal == errc::pool_exhausted || refusal == errc::pool_cooling || refusal == errc::address_leased ||
               refusal == errc::quota_exceeded;
    }
    [[nodiscard]] std::int64_t time() const noexcept { return this->rules_.clock(); }

    // --- magazines ---

    /// section() while no magazine changes the slot.
    template <class Section>
    static auto steady(const Slot<F>& slot, Section section) {
        if (slot.magazine == nullptr) return section();
        const Guard locked{slot.magazine->lock()};
        return section();
    }
    /// Null where memory is short.
    [[nodiscard]] MagazineCore<F>* make_magazine(const TenantName& tenant, std::uint32_t room) noexcept {
        auto* const made = new (std::nothrow) MagazineCore<F>{tenant, room, observer_};
        if (made == nullptr) return nullptr;
        made->next = magazines_;
        if (magazines_ != nullptr) magazines_->previous = made;
        magazines_ = made;
        use();
        return made;
    }
    /// Leases half of its room, or what there is, for one that is empty. Takes the lock.
    /// Errors  those of lease(), where there is nothing.
    [[nodiscard]] result<void> fill_unlocked(MagazineCore<F>& magazine) noexcept {
        const Locked guard{lock_};
        if (closed_) return errc::pool_exhausted;
        {
            const Guard locked{magazine.lock()};
            magazine.number(this->generation_);
            if (!magazine.is_empty()) return success();
        }
        const Owner owner{magazine.tenant, {}, {}};
        auto taken = lease(owner, SearchStart{});
        if (!taken) return taken.assume_error();
        for (std::uint32_t left = magazine.room / 2; taken; --left) {
            Slot<F>& slot = *taken.assume_value();
            slot.magazine = &magazine;
            ++magazine.users;
            slot.shares.store(0, std::memory_order_relaxed);
            {
                const Guard locked{magazine.lock()};
                magazine.push(slot);
            }
            if (left == 0) break;
            taken = Ledger<F>::lease(owner, SearchStart{});
        }
        return success();
    }
    /// What waits in magazines, of this tenant or of all, returns now; what they leased will not go back there.
    void recall(const TenantName* only = nullptr) noexcept {
        for (auto* at = magazines_; at != nullptr; at = at->next) {
            if (only != nullptr && at->tenant != *only) continue;
            {
                const Guard locked{at->lock()};
                at->recall();
            }
            call_in(*at);
        }
    }
    /// Its Magazine has gone.
    void close(MagazineCore<F>& magazine) noexcept {
        (magazine.previous != nullptr ? magazine.previous->next : magazines_) = magazine.next;
        if (magazine.next != nullptr) magazine.next->previous = magazine.previous;
        finish(magazine);
        part(magazine);
    }

    // --- events ---

    void observe(const PoolObserver<F>& observer) noexcept {
        observer_ = observer;
        for (auto* at = magazines_; at != nullptr; at = at->next) {
            const Guard locked{at->lock()};
            at->observe(observer);
        }
    }
    [[nodiscard]] const PoolObserver<F>& observer() const noexcept { return observer_; }
    /// Tells of it. Takes the lock.
    Error refused_unlocked(const Owner& owner, const IpAddress<F>& wanted, Error reason) noexcept {
        PoolObserver<F> told;
        {
            const Locked locked{lock_};
            told = observer_;
        }
        if (told.notify != nullptr) told.notify(told.context, {Event::Kind::refused, wanted, owner, 0, reason});
        return reason;
    }

private:
    explicit Core(const Rules& rules) noexcept : Ledger<F>{rules} {}
    ~Core() = default;

    void finish(Slot<F>& slot) noexcept {
        if (slot.magazine != nullptr) part(*slot.magazine);
        slot.magazine = nullptr;
        this->end(slot);
        if (closed_ && this->in_use_ == 0) this->ranges_.clear();
    }
    template <class Lease>
    result<Slot<F>*> or_call_in(const Owner& owner, Lease lease) noexcept {
        auto made = lease();
        if (made || magazines_ == nullptr || !is_in_the_way(made.assume_error())) return made;
        return call_in_all(made.assume_error() == errc::quota_exceeded ? &owner.tenant() : nullptr) ? lease() : made;
    }
    bool call_in_all(const TenantName* only = nullptr) noexcept {
        bool any = false;
        for (auto* at = magazines_; at != nullptr; at = at->next) {
            if (only == nullptr || at->tenant == *only) any = call_in(*at) || any;
        }
        return any;
    }

    /// What waits in it returns to the ranges. True if there was something.
    bool call_in(MagazineCore<F>& magazine) noexcept {
        for (bool any = false;; any = true) {
            Slot<F>* waiting = nullptr;
            {
                const Guard locked{magazine.lock()};
                waiting = magazine.pop();
            }
            if (waiting == nullptr) return any;
            finish(*waiting);
            leave();  // never the last: the caller is one
        }
    }
    void finish(MagazineCore<F>& magazine) noexcept {
        {
            const Guard locked{magazine.lock()};
            magazine.close();
        }
        call_in(magazine);
    }
    static void part(MagazineCore<F>& magazine) noexcept {
        if (--magazine.users == 0) delete &magazine;
    }
    void end_kept() noexcept {
        for (const Tenant<F>* tenant = this->tenants_.first(); tenant != nullptr;) {
            const Tenant<F>* const after = tenant->after;
            for (Slot<F>* slot = tenant->leases.first; slot != nullptr;) {
                Slot<F>* const later = slot->next;
                if (slot->kept) {
                    keeper_.give_up(*slot);
                    if (slot->drop()) {
                        finish(*slot);
                        leave();  // never the last: the pool is still here
                    }
                }
                slot = later;
            }
            tenant = after;
        }
    }

    DefaultLock lock_;
    std::atomic<std::size_t> users_{1};
    bool closed_ = false;
    Keeper<F> keeper_;
    MagazineCore<F>* magazines_ = nullptr;
    PoolObserver<F> observer_;
};

}  // namespace estate::detail
