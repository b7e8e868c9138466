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

    MagazineCore(const TenantName& holder, std::uint32_t most, const PoolObserver<F>& told) noexcept
        : tenant{holder}, room{most}, told_{told} {}
    MagazineCore(const MagazineCore&) = delete;
    MagazineCore& operator=(const MagazineCore&) = delete;

    [[nodiscard]] Locked lock() noexcept { return Locked{lock_}; }

    /// One of them as a new lease, and whom to tell of it. Null where nothing waits, or generations have run out.
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
        first_ = slot->timer_next;
        --count_;
        return slot;
    }
    void push(const Locked&, Slot<F>& slot) noexcept {
        slot.recalls = recalls_;
        slot.timer_next = first_;
        first_ = &slot;
        ++count_;
    }
    [[nodiscard]] bool is_empty(const Locked&) const noexcept { return first_ == nullptr; }
    /// Nothing comes back any more.
    void close(const Locked&) noexcept { closed_ = true; }
    /// What is leased now does not come back here.
    void recall(const Locked&) noexcept { ++recalls_; }
    /// Takes further generations after `last`, where it has none.
    void number(const Locked&, std::uint64_t& last) noexcept {
        if (generation_ != last_generation_) return;
        generation_ = last;
        last_generation_ = last += 4096;
    }
    void observe(const Locked&, const PoolObserver<F>& told) noexcept { told_ = told; }

    const TenantName tenant;
    const std::uint32_t room;
    // under the pool's lock
    std::uint64_t users = 1;  // the Magazine, and the slots
    MagazineCore* previous = nullptr;
    MagazineCore* next = nullptr;

private:
    SpinLock lock_;
    Slot<F>* first_ = nullptr;
    std::uint32_t count_ = 0;
    std::uint32_t recalls_ = 0;
    std::uint64_t generation_ = 0;
    std::uint64_t last_generation_ = 0;
    PoolObserver<F> told_;
    bool closed_ = false;
};

}  // namespace estate::detail
