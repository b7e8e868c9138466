// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/core.hpp>

namespace estate::detail {

// What a Core does with its magazines, with many leases at once, and where the end of a lease is not simple.

template <Family F>
[[gnu::noinline]] void Core<F>::end_and_unlock(Slot<F>& slot, typename Event::Kind kind) noexcept {
    bool is_told = false;
    {
        const Locked locked{*this, typename Locked::Taken{}};
        if (observer_.notify == nullptr && ledger_.is_ready_for(*slot.range)) {
            end_lease(locked, slot);
            is_told = true;
        }
    }
    if (!is_told) end_and_tell(slot, kind);
}

template <Family F>
ESTATE_COLD void Core<F>::end_and_tell(Slot<F>& slot, typename Event::Kind kind) noexcept {
    PoolObserver<F> told;
    Event event;
    for (bool is_ready = false; !is_ready;) {
        const Locked locked = lock();
        is_ready = ledger_.is_ready_for(*slot.range);
        if (!is_ready) continue;
        told = observer_;
        if (told.notify != nullptr) event = event_of(kind, slot);
        end_lease(locked, slot);
    }
    if (told.notify != nullptr) told.notify(told.context, event);
}

template <Family F>
std::size_t Core<F>::end_leases(Slot<F>* const* slots, std::size_t count) noexcept {
    std::size_t done = 0;
    {
        const Locked locked = lock();
        if (observer_.notify != nullptr) return 0;
        for (; done < count && ledger_.is_ready_for(*slots[done]->range); ++done) end_lease(locked, *slots[done]);
    }
    for (std::size_t i = 0; i < done; ++i) release();  // never the last: the pool is still here
    return done;
}

template <Family F>
MagazineCore<F>* Core<F>::make_magazine(const Locked&, const TenantName& name, std::uint32_t room) noexcept {
    Tenant<F>* const tenant = ledger_.tenants().find_or_add(name);
    if (tenant == nullptr) return nullptr;
    auto* const made = new (std::nothrow) MagazineCore<F>{*tenant, room, observer_, is_wanting_};
    if (made == nullptr) {
        ledger_.tenants().erase_if_unused(*tenant);
        return nullptr;
    }
    made->template link<&MagazineCore<F>::among_all>(magazines_, *made);
    made->template link<&MagazineCore<F>::among_tenants>(tenant->magazines, *made);
    retain();
    return made;
}
template <Family F>
result<void> Core<F>::fill(MagazineCore<F>& magazine) noexcept {
    const Locked locked = lock();
    if (closed_) return errc::pool_exhausted;
    {
        const auto inside = magazine.lock();
        magazine.number(inside, ledger_.generation());
        if (!magazine.is_empty(inside)) return success();
    }
    const Owner owner{magazine.tenant, {}, {}};
    auto taken = lease(locked, owner, SearchStart{});
    if (!taken) return taken.assume_error();
    is_wanting_.store(false, std::memory_order_relaxed);
    for (std::uint32_t left = magazine.room / 2; taken; --left) {
        Slot<F>& slot = *taken.assume_value();
        slot.magazine = &magazine;
        ++magazine.users;
        ++in_magazines_;
        slot.shares.store(0, std::memory_order_relaxed);
        magazine.push(magazine.lock(), slot);
        if (left == 0) break;
        taken = ledger_.lease(owner, SearchStart{});
        if (taken) retain();
    }
    return success();
}
template <Family F>
void Core<F>::recall(const Locked& locked, const TenantName& name) noexcept {
    Tenant<F>* const tenant = in_magazines_ != 0 ? ledger_.tenants().find(name.view()) : nullptr;
    if (tenant == nullptr) return;
    for (auto* at = tenant->magazines; at != nullptr; at = at->among_tenants.next) {
        at->recall(at->lock());
        flush(locked, *at);
    }
}
template <Family F>
void Core<F>::unlink(const Locked& locked, MagazineCore<F>& magazine) noexcept {
    close(locked, magazine);
    if (next_to_flush_ == &magazine) next_to_flush_ = magazine.among_all.next;
    magazine.template unlink<&MagazineCore<F>::among_all>(magazines_, magazine);
    magazine.template unlink<&MagazineCore<F>::among_tenants>(magazine.holder.magazines, magazine);
    ledger_.tenants().erase_if_unused(magazine.holder);
    release(magazine);
}
template <Family F>
void Core<F>::leave_magazine(Slot<F>& slot) noexcept {
    release(*slot.magazine);
    --in_magazines_;
    slot.magazine = nullptr;
}
template <Family F>
bool Core<F>::flush(const Locked& locked, MagazineCore<F>& magazine) noexcept {
    for (bool any = false;; any = true) {
        Slot<F>* const waiting = magazine.pop(magazine.lock());
        if (waiting == nullptr) return any;
        end_waiting(locked, *waiting);
    }
}
template <Family F>
bool Core<F>::flush_one(const Locked& locked) noexcept {
    if (!is_wanting_.load(std::memory_order_relaxed)) {
        is_wanting_.store(true, std::memory_order_relaxed);
        next_to_flush_ = magazines_;
    }
    while (MagazineCore<F>* const at = next_to_flush_) {
        next_to_flush_ = at->among_all.next;
        if (flush(locked, *at)) return true;
    }
    return false;
}
template <Family F>
bool Core<F>::flush_one_of(const Locked& locked, const TenantName& name) noexcept {
    auto* at = ledger_.tenants().find(name.view())->magazines;
    while (at != nullptr && !flush(locked, *at)) at = at->among_tenants.next;
    return at != nullptr;
}

}  // namespace estate::detail
