// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/slot.hpp>
#include <estate/pool/event.hpp>
#include <estate/pool/lock.hpp>

namespace estate::detail {

/// Slots that were leased ahead for a tenant and wait without a share, under a lock of their own; who needs both
/// takes the pool's first. The pool lists them as the tenant's, and calls them in when it has no other address.
template <Family F>
class MagazineCore {
public:
    using Locked = Guard<SpinLock>;

    MagazineCore(const TenantName& holder, std::uint32_t most, std::uint64_t generation,
                 const PoolObserver<F>& told) noexcept
        : tenant{holder}, room{most}, generation_{generation}, told_{told} {}
    MagazineCore(const MagazineCore&) = delete;
    MagazineCore& operator=(const MagazineCore&) = delete;

    [[nodiscard]] SpinLock& lock() noexcept { return lock_; }

    /// One of them as a new lease, or null.
    [[nodiscard]] Slot<F>* take(const Owner& owner) noexcept {
        const Locked locked{lock_};
        Slot<F>* const slot = pop();
        if (slot != nullptr) slot->begin(++generation_, owner);
        return slot;
    }
    /// The last share has gone. False where there is no room, or all is over: the pool must end it.
    [[nodiscard]] bool put(Slot<F>& slot) noexcept {
        const PoolObserver<F> told = told_;  // a magazine that others close goes as soon as the slot is in
        const bool tells = told.notify != nullptr;
        const PoolEvent<F> event = tells ? event_of(PoolEvent<F>::Kind::released, slot) : PoolEvent<F>{};
        {
            const Locked locked{lock_};
            if (closed_ || count_ >= room) return false;
            push(slot);
        }
        if (tells) told.notify(told.context, event);
        return true;
    }
    void tell_allocated(const Slot<F>& slot) const noexcept {
        if (told_.notify != nullptr) told_.notify(told_.context, event_of(PoolEvent<F>::Kind::allocated, slot));
    }

    // --- the caller has the lock ---

    [[nodiscard]] Slot<F>* pop() noexcept {
        Slot<F>* const slot = first_;
        if (slot == nullptr) return nullptr;
        first_ = slot->timer_next;
        --count_;
        return slot;
    }
    void push(Slot<F>& slot) noexcept {
        slot.timer_next = first_;
        first_ = &slot;
        ++count_;
    }
    void close() noexcept { closed_ = true; }

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
    std::uint64_t generation_;  // of a block that the pool gave
    const PoolObserver<F> told_;
    bool closed_ = false;
};

}  // namespace estate::detail
