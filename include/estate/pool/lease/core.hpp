// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/default_lock.hpp>
#include <estate/pool/lease/keeper.hpp>
#include <estate/pool/lease/ledger.hpp>
#include <estate/pool/lease/magazine_core.hpp>
#include <estate/pool/lease/store_hook.hpp>

namespace estate::detail {

/// What an IpPool, its leases and its bindings share. Lives until the last of them has gone: each counts in `users`,
/// all shares of one lease as one. Ranges, slots and tenants go with the pool and its last lease.
///
/// What needs the lock asks for a Locked, which only lock() makes; what asks for none may take the lock itself.
template <Family F>
class Core final {
public:
    using Event = PoolEvent<F>;

    /// That the lock is taken, as long as it lives.
    class [[nodiscard]] Locked {
    public:
        Locked(const Locked&) = delete;
        Locked& operator=(const Locked&) = delete;
        ESTATE_INLINE ~Locked() {
            if (core_.ledger_.ranges().has_erased()) [[unlikely]] {
                core_.unlock_and_delete();
            } else {
                core_.lock_.unlock();
            }
        }

    private:
        friend Core;
        explicit Locked(Core& core) noexcept : core_{core} { core_.lock_.lock(); }
        struct Taken {};
        Locked(Core& core, Taken) noexcept : core_{core} {}
        Core& core_;
    };
    [[nodiscard]] Locked lock() noexcept { return Locked{*this}; }

    [[nodiscard]] static Core* make(const Rules& rules) noexcept { return new (std::nothrow) Core{rules}; }

    void retain() noexcept { users_.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) [[unlikely]] destroy();
    }
    /// The pool has gone, and what it kept with it.
    void close() noexcept {
        end_kept();
        {
            const Locked locked = lock();
            for (auto* at = magazines_; at != nullptr; at = at->among_all.next) close(locked, *at);
            observer_ = {};
            closed_ = true;
            if (ledger_.in_use() == 0) ledger_.extents().clear();
        }
        release();
    }

    // --- leases ---

    [[nodiscard]] Ledger<F>& ledger(const Locked&) noexcept { return ledger_; }
    /// What lease() leases in the ledger; magazines give back where what waits in them is in the way.
    template <class Lease>
    result<Slot<F>*> lease_or_flush(const Locked& locked, const Owner& owner, Lease lease) noexcept {
        const std::uint64_t before = ledger_.generation();
        auto made = lease();
        while (!made && in_magazines_ != 0) {
            const Error why = made.assume_error();
            const bool is_wanting = why == errc::pool_exhausted || why == errc::pool_cooling;
            const bool flushed = is_wanting ? flush_one(locked)
                                            : why == errc::quota_exceeded && flush_one_of(locked, owner.tenant());
            if (!flushed) break;
            made = lease();
        }
        if (made && made.assume_value()->number() > before) retain();  // else a further share of what counts already
        return made;
    }
    [[nodiscard]] result<Slot<F>*> lease(const Locked& locked, const Owner& owner, const SearchStart& start) noexcept {
        return lease_or_flush(locked, owner, [&] { return ledger_.lease(owner, start); });
    }
    [[nodiscard]] result<Slot<F>*> lease(const Locked& locked, const Owner& owner, const IpAddress<F>& ip) noexcept {
        Slot<F>* const there = in_magazines_ != 0 ? ledger_.find(ip) : nullptr;
        if (there != nullptr) flush(locked, *there);
        return lease_or_flush(locked, owner, [&] { return ledger_.lease(owner, ip); });
    }
    [[nodiscard]] result<Slot<F>*> lease_sticky(const Locked& locked, const Owner& owner,
                                                const SearchStart& start) noexcept {
        return lease_or_flush(locked, owner, [&] { return ledger_.lease_sticky(owner, start); });
    }
    /// The next free address, if that is simple and there is no observer; null if lease() must look.
    [[nodiscard]] Slot<F>* lease_next(const Owner& owner) noexcept {
        const Guard<DefaultLock> locked{lock_};  // no range goes meanwhile, which Locked would look for
        Slot<F>* const slot = observer_.notify == nullptr ? ledger_.lease_next(owner) : nullptr;
        if (slot != nullptr) retain();
        return slot;
    }
    /// The tenant can have so many more.
    [[nodiscard]] bool may_have(const Locked& locked, const TenantName& tenant, std::size_t more) noexcept {
        while (!ledger_.tenants().may_have(tenant.view(), more)) {
            if (!flush_one_of(locked, tenant)) return false;
        }
        return true;
    }
    /// A share of the lease of this generation, or null.
    [[nodiscard]] Slot<F>* share(const Locked&, const IpAddress<F>& ip, std::uint64_t generation) noexcept {
        Slot<F>* const slot = closed_ ? nullptr : ledger_.find(ip);
        const bool shared =
            slot != nullptr && steady(*slot, [&] { return slot->number() == generation && slot->try_share(); });
        return shared ? slot : nullptr;
    }
    /// The last share has gone: the address is free again, once the store knows of it.
    ESTATE_INLINE void end_lease(Slot<F>& slot, typename Event::Kind kind = Event::Kind::released) noexcept {
        if (store_ != nullptr) [[unlikely]] return store_->end(slot, kind);
        end_here(slot, kind);
    }
    /// The same, whatever the store knows.
    ESTATE_INLINE void end_here(Slot<F>& slot, typename Event::Kind kind) noexcept {
        lock_.lock();
        const bool is_simple = observer_.notify == nullptr && slot.magazine == nullptr && !closed_;
        if (is_simple && ledger_.end_next(slot)) [[likely]] {
            lock_.unlock();  // no range has gone meanwhile, which Locked would look for: one that leases does not drain
        } else {
            end_and_unlock(slot, kind);
        }
        release();
    }
    /// A slot that waits without a share returns to its range, past the quarantine if it was never had; no observer
    /// hears of it.
    void end_waiting(const Locked& locked, Slot<F>& slot, bool was_had = true) noexcept {
        end_lease(locked, slot, was_had);
        release();  // never the last: the caller is one
    }
    /// The last shares of these have gone. Leaves  some at the end, whose ends must be reported or prepared one by one.
    /// Pre  there is no store
    [[nodiscard]] std::size_t end_leases(Slot<F>* const* slots, std::size_t count) noexcept;
    /// Asks this from now on, and ends it with itself. Pre  nobody has leased an address
    void set_store(StoreHook<F>* store) noexcept { store_ = store; }

    /// Shares that the pool has itself.
    [[nodiscard]] Keeper<F>& keeper(const Locked&) noexcept { return keeper_; }
    /// The kept lease of this generation, or null.
    [[nodiscard]] Slot<F>* find_kept(const Locked&, const IpAddress<F>& ip, std::uint64_t generation) const noexcept {
        Slot<F>* const slot = ledger_.find(ip);
        return slot != nullptr && slot->kept && slot->number() == generation ? slot : nullptr;
    }
    /// Looks for a kept lease whose time has come, for end_expired(). False if more is to be done before it is known
    /// that there is none.
    [[nodiscard]] bool pop_expired(const Locked&, Slot<F>*& due) noexcept {
        due = keeper_.is_timing() ? keeper_.pop_expired(time()) : nullptr;
        return due != nullptr || !keeper_.is_timing() || !keeper_.is_behind();
    }
    void end_expired(Slot<F>& slot) noexcept {
        if (slot.drop()) end_lease(slot, Event::Kind::expired);
    }
    /// Ends a kept lease whose time has come. False where there is none.
    bool expire_one() noexcept {
        Slot<F>* due = nullptr;
        while (!pop_expired(lock(), due)) {
        }
        if (due != nullptr) end_expired(*due);
        return due != nullptr;
    }
    /// Flushing magazines or expiring leases may help.
    [[nodiscard]] static bool is_in_the_way(Error refusal) noexcept {
        return refusal == errc::pool_exhausted || refusal == errc::pool_cooling || refusal == errc::address_leased ||
               refusal == errc::quota_exceeded;
    }
    [[nodiscard]] std::int64_t time() const noexcept { return ledger_.rules().clock(); }

    // --- magazines ---

    /// section() while no magazine changes the slot.
    template <class Section>
    static auto steady(const Slot<F>& slot, Section section) {
        if (slot.magazine == nullptr) return section();
        const auto inside = slot.magazine->lock();
        return section();
    }
    /// Null where memory is short.
    [[nodiscard]] MagazineCore<F>* make_magazine(const Locked&, const TenantName& name, std::uint32_t room) noexcept;
    /// Leases half of its room, or what there is, for one that is empty.
    /// Errors  those of lease(), where there is nothing.
    [[nodiscard]] result<void> fill(MagazineCore<F>& magazine) noexcept;
    /// What waits in magazines of the tenant returns now; what they leased will not go back there.
    void recall(const Locked& locked, const TenantName& name) noexcept;
    /// The same for one address that somebody has.
    void recall(const Locked& locked, Slot<F>& slot) noexcept {
        if (slot.magazine == nullptr) return;
        slot.magazine->recall(slot.magazine->lock(), slot);
        flush(locked, slot);
    }
    /// It waits in a magazine.
    [[nodiscard]] static bool is_waiting(const Locked&, const Slot<F>& slot) noexcept {
        return slot.magazine != nullptr && slot.magazine->has(slot.magazine->lock(), slot);
    }
    /// How many addresses wait in magazines or will go back there.
    [[nodiscard]] std::uint64_t in_magazines(const Locked&) const noexcept { return in_magazines_; }
    /// Its Magazine has gone.
    void unlink(const Locked& locked, MagazineCore<F>& magazine) noexcept;

    // --- events ---

    void observe(const Locked&, const PoolObserver<F>& observer) noexcept {
        observer_ = observer;
        for (auto* at = magazines_; at != nullptr; at = at->among_all.next) at->observe(at->lock(), observer);
    }
    [[nodiscard]] const PoolObserver<F>& observer(const Locked&) const noexcept { return observer_; }
    /// The observer learns of it.
    Error refused(const Owner& owner, const IpAddress<F>& wanted, Error reason) noexcept {
        const PoolObserver<F> told = observer(lock());
        if (told.notify != nullptr) told.notify(told.context, {Event::Kind::refused, wanted, owner, 0, reason});
        return reason;
    }

private:
    explicit Core(const Rules& rules) noexcept : ledger_{*this, rules} {}
    ~Core() { delete store_; }

    ESTATE_COLD void destroy() noexcept { delete this; }
    void end_lease(const Locked&, Slot<F>& slot, bool was_had = true) noexcept {
        if (slot.magazine != nullptr) [[unlikely]] leave_magazine(slot);
        ledger_.end_lease(slot, was_had);
        if (closed_ && ledger_.in_use() == 0) ledger_.extents().clear();
    }
    ESTATE_COLD void leave_magazine(Slot<F>& slot) noexcept;
    /// Pre  the lock is taken
    void end_and_unlock(Slot<F>& slot, typename Event::Kind kind) noexcept;
    void end_and_tell(Slot<F>& slot, typename Event::Kind kind) noexcept;
    /// Empties the next magazine in which something waits. Each is looked at once: as long as addresses are wanting,
    /// nothing goes back into a magazine.
    bool flush_one(const Locked& locked) noexcept;
    /// The same in the magazines of one tenant. Pre  it is known: it has a quota
    bool flush_one_of(const Locked& locked, const TenantName& name) noexcept;
    /// What waits in it returns to the ranges. True if there was something.
    bool flush(const Locked& locked, MagazineCore<F>& magazine) noexcept;
    /// The slot returns to its range if it waits in a magazine.
    void flush(const Locked& locked, Slot<F>& slot) noexcept {
        if (slot.magazine != nullptr && slot.magazine->take_out(slot.magazine->lock(), slot)) end_waiting(locked, slot);
    }
    void close(const Locked& locked, MagazineCore<F>& magazine) noexcept {
        magazine.close(magazine.lock());
        flush(locked, magazine);
    }
    static void release(MagazineCore<F>& magazine) noexcept {
        if (--magazine.users == 0) delete &magazine;
    }
    /// Ends all that the pool keeps, some leases at a time; a share of one of them keeps the place.
    void end_kept() noexcept {
        Slot<F>* at = nullptr;
        do {
            Slot<F>* ended = nullptr;
            {
                const Locked locked = lock();
                for (int left = 64; left != 0 && ended == nullptr; --left) {
                    Slot<F>* const next = ledger_.tenants().share_after(at);
                    if (at != nullptr && at->drop()) {
                        const bool has_returned = store_ != nullptr && !at->kept;  // its owner gave it back just now
                        has_returned ? static_cast<void>(ended = at) : end_waiting(locked, *at);
                    }
                    at = next;
                    if (at == nullptr) break;
                    if (!at->kept) continue;
                    keeper_.unkeep(*at);
                    at->kept = store_ != nullptr;  // there it is kept further, even if the last share here goes
                    static_cast<void>(at->drop());  // not the last one
                }
            }
            if (ended != nullptr) end_lease(*ended);
        } while (at != nullptr);
    }
    ESTATE_COLD void unlock_and_delete() noexcept {
        ErasedRanges<F> erased;
        ledger_.ranges().take_erased(erased);
        lock_.unlock();
    }

    DefaultLock lock_;
    std::atomic<std::size_t> users_{1};
    bool closed_ = false;
    Ledger<F> ledger_;
    Keeper<F> keeper_;
    MagazineCore<F>* magazines_ = nullptr;
    MagazineCore<F>* next_to_flush_ = nullptr;
    std::uint64_t in_magazines_ = 0;  // addresses that wait in magazines or will go back there
    std::atomic<bool> is_wanting_{false};
    PoolObserver<F> observer_;
    StoreHook<F>* store_ = nullptr;
};

}  // namespace estate::detail
