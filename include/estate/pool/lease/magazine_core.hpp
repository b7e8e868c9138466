// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/slot.hpp>
#include <estate/pool/event.hpp>
#include <estate/pool/lock.hpp>

namespace estate::detail {

/// Slots that were leased ahead for a tenant and wait without a share, under a lock of their own. Lock order: the
/// pool's, then this one. The pool lists them as the tenant's, and flushes them when it has no other address.
template <Family F>
class MagazineCore {
public:
    /// That the magazine's lock is taken; only lock() makes one.
    class [[nodiscard]] Locked {
        friend MagazineCore;
        explicit Locked(SpinLock& lock) noexcept : guard_{lock} {}
        Guard<SpinLock> guard_;
    };

    MagazineCore(Tenant<F>& of, std::uint32_t most, const PoolObserver<F>& told,
                 const std::atomic<bool>& wanting) noexcept
        : holder{of}, tenant{of.name}, room{most}, is_wanting_{wanting}, told_{told} {}
    MagazineCore(const MagazineCore&) = delete;
    MagazineCore& operator=(const MagazineCore&) = delete;

    [[nodiscard]] Locked lock() noexcept { return Locked{lock_}; }

    /// One of them as a new lease, and the observer that is to hear of it. Null if nothing waits, or generations have
    /// run out.
    [[nodiscard]] Slot<F>* take(const Owner& owner, PoolObserver<F>& told) noexcept {
        const Locked locked = lock();
        told = told_;
        Slot<F>* const slot = generation_ != last_generation_ ? pop(locked) : nullptr;
        if (slot != nullptr) slot->begin(++generation_, owner);
        return slot;
    }
    /// The last share has gone. False where there is no room, it was recalled, or all is over: the pool must end it.
    [[nodiscard]] bool take_back(Slot<F>& slot) noexcept {
        PoolObserver<F> told;
        PoolEvent<F> event;
        {
            const Locked locked = lock();
            if (closed_ || count_ >= room || slot.recalls != recalls_) return false;
            if (is_wanting_.load(std::memory_order_relaxed)) return false;
            told = told_;
            if (told.notify != nullptr) event = event_of(PoolEvent<F>::Kind::released, slot);
            push(locked, slot);  // from here on others may close the magazine, and it goes
        }
        if (told.notify != nullptr) told.notify(told.context, event);
        return true;
    }

    [[nodiscard]] Slot<F>* pop(const Locked&) noexcept {
        Slot<F>* const slot = first_;
        if (slot == nullptr) return nullptr;
        unlink(*slot);
        return slot;
    }
    /// The slot waits here.
    [[nodiscard]] bool has(const Locked&, const Slot<F>& slot) const noexcept { return slot.waits; }
    /// Takes the slot if it waits here.
    [[nodiscard]] bool take_out(const Locked&, Slot<F>& slot) noexcept {
        if (!slot.waits) return false;
        unlink(slot);
        return true;
    }
    void push(const Locked&, Slot<F>& slot) noexcept {
        slot.recalls = recalls_;
        slot.waits = true;
        slot.timer_previous = nullptr;
        slot.timer_next = first_;
        if (first_ != nullptr) first_->timer_previous = &slot;
        first_ = &slot;
        ++count_;
    }
    [[nodiscard]] bool is_empty(const Locked&) const noexcept { return first_ == nullptr; }
    /// Nothing comes back any more.
    void close(const Locked&) noexcept { closed_ = true; }
    /// What is leased now does not come back here.
    void recall(const Locked&) noexcept { ++recalls_; }
    void recall(const Locked&, Slot<F>& slot) noexcept { slot.recalls = recalls_ - 1; }
    /// Takes further generations after `last`, where it has none.
    void number(const Locked&, std::uint64_t& last) noexcept {
        if (generation_ != last_generation_) return;
        generation_ = last;
        last_generation_ = last += 4096;
    }
    void observe(const Locked&, const PoolObserver<F>& told) noexcept { told_ = told; }

    /// A place in a list of magazines, under the pool's lock.
    struct Links {
        MagazineCore* previous = nullptr;
        MagazineCore* next = nullptr;
    };

    Tenant<F>& holder;  // known as long as it has a magazine
    const TenantName tenant;
    const std::uint32_t room;
    // under the pool's lock
    std::uint64_t users = 1;  // the Magazine, and the slots
    Links among_all{};
    Links among_tenants{};

    template <Links MagazineCore::*Place>
    static void link(MagazineCore*& first, MagazineCore& made) noexcept {
        (made.*Place).next = first;
        if (first != nullptr) (first->*Place).previous = &made;
        first = &made;
    }
    template <Links MagazineCore::*Place>
    static void unlink(MagazineCore*& first, MagazineCore& gone) noexcept {
        const Links& place = gone.*Place;
        (place.previous != nullptr ? (place.previous->*Place).next : first) = place.next;
        if (place.next != nullptr) (place.next->*Place).previous = place.previous;
    }

private:
    void unlink(Slot<F>& slot) noexcept {
        (slot.timer_previous != nullptr ? slot.timer_previous->timer_next : first_) = slot.timer_next;
        if (slot.timer_next != nullptr) slot.timer_next->timer_previous = slot.timer_previous;
        slot.waits = false;
        --count_;
    }

    SpinLock lock_;
    Slot<F>* first_ = nullptr;
    std::uint32_t count_ = 0;
    std::uint32_t recalls_ = 0;
    std::uint64_t generation_ = 0;
    std::uint64_t last_generation_ = 0;
    const std::atomic<bool>& is_wanting_;  // the pool has no address left: nothing stays here
    PoolObserver<F> told_;
    bool closed_ = false;
};

}  // namespace estate::detail
