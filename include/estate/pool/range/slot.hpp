// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <estate/pool/range/record.hpp>
#include <estate/pool/event.hpp>

namespace estate::detail {

template <Family F>
class Core;
template <Family F>
class CoreReference;
template <Family F>
class Range;
template <Family F>
struct Tenant;
template <Family F>
class MagazineCore;

/// Where a slot rests whose address nobody has.
enum class Rest : std::uint8_t { none, ready, cooling };

/// The record of an IpPool, with what the pool needs to find its way back. Stays where it is while leased.
template <Family F>
struct Slot : Record<F> {
    std::uint16_t timer_place = 0;
    std::uint32_t position = 0;  // among the slots of its range
    Range<F>* range = nullptr;
    Tenant<F>* holder = nullptr;
    Slot* previous = nullptr;  // of the list it is in: its tenant's, or those that wait in a sparse range
    Slot* next = nullptr;
    MagazineCore<F>* magazine = nullptr;  // where it goes when its last share has gone
    ResourceName resource;
    std::uint32_t recalls = 0;   // of its magazine, when it came in
    std::uint64_t number_hash = 0;  // in a sparse range, of its address
    std::uint64_t sticky_hash = 0;  // in the pool's Sticky, of its tenant and resource
    Slot* timer_previous = nullptr;
    Slot* timer_next = nullptr;
    std::uint64_t due = 0;       // the tick of its timer
    std::int64_t released = 0;   // when it was given back, where it rests
    bool kept = false;           // the pool has a share of it
    bool timed = false;          // in the pool's Timers
    bool sticky = false;         // in the pool's Sticky
    bool waits = false;          // in its magazine
    Rest rest = Rest::none;
    bool closed = false;         // in a sparse range: the address is not among the open ones

    void begin(std::uint64_t number, const Owner& owner) noexcept {
        owner_access::write(owner, resource, this->type);
        Record<F>::begin(number);
    }
    [[nodiscard]] const TenantName& tenant_name() const noexcept { return holder->name; }
    [[nodiscard]] CoreReference<F> reference() const noexcept;
    /// The last share has gone.
    void end() noexcept;
};

/// Slots in a row; a slot is in one list at most.
template <Family F>
struct SlotList {
    Slot<F>* first = nullptr;
    Slot<F>* last = nullptr;
    std::size_t count = 0;

    void push_front(Slot<F>& slot) noexcept {
        slot.previous = nullptr;
        slot.next = first;
        (first != nullptr ? first->previous : last) = &slot;
        first = &slot;
        ++count;
    }
    void push_back(Slot<F>& slot) noexcept {
        slot.previous = last;
        slot.next = nullptr;
        (last != nullptr ? last->next : first) = &slot;
        last = &slot;
        ++count;
    }
    ESTATE_INLINE void erase(Slot<F>& slot) noexcept {
        (slot.previous != nullptr ? slot.previous->next : first) = slot.next;
        (slot.next != nullptr ? slot.next->previous : last) = slot.previous;
        --count;
    }
};

/// Pre  the slot is leased
template <Family F>
PoolEvent<F> event_of(typename PoolEvent<F>::Kind kind, const Slot<F>& slot) noexcept {
    return {kind, slot.address, Owner{slot.holder->name, slot.resource, slot.type}, slot.number()};
}

template <Family F>
struct Tenant {
    static constexpr std::uint64_t no_quota = ~std::uint64_t{0};

    TenantName name;
    std::uint64_t hash = 0;  // of the name
    SlotList<F> leases{};
    std::uint64_t quota = no_quota;
    Tenant* next = nullptr;  // among the spare ones
    MagazineCore<F>* magazines = nullptr;
    Tenant* before = nullptr;  // among those that have leases
    Tenant* after = nullptr;
    Tenant* older = nullptr;  // among all that are known
    Tenant* newer = nullptr;
    std::uint32_t visits = 0;  // how many for_each_tenant() stand here
};

}  // namespace estate::detail
