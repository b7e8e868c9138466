// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/slot_pages.hpp>
#include <estate/pool/detail/spans.hpp>
#include <estate/pool/usable.hpp>

namespace estate::detail {

inline Error out_of_memory() noexcept { return Error::system(ENOMEM); }

/// One CIDR range of an IpPool. Everything needs the pool's lock. Numbers are addresses as bits.
///
/// A slot from take() is the caller's to begin, and then to report by began(); give() ends that.
template <Family F>
class Range {
public:
    /// Up to this many bits of host part the free addresses are a bitmap; beyond, only leases cost memory.
    static constexpr int dense_bits = 32;

    Range(Core<F>& owner, const CidrRange<F>& of) noexcept : core{owner}, cidr{of}, usable{usable_addresses(of)} {}
    virtual ~Range() = default;
    Range(const Range&) = delete;
    Range& operator=(const Range&) = delete;

    /// Errors  errc::pool_exhausted, system ENOMEM.
    [[nodiscard]] virtual result<Slot<F>*> take() noexcept = 0;
    /// Pre     the address is usable
    /// Errors  errc::address_leased, address_held, system ENOMEM, errc::capacity_exceeded.
    [[nodiscard]] virtual result<Slot<F>*> take(Uint128 number) noexcept = 0;
    /// The lease of this address, or null. Pre  the address is usable
    [[nodiscard]] virtual Slot<F>* leased(Uint128 number) const noexcept = 0;
    /// How many take() could hand out.
    [[nodiscard]] virtual Uint128 free() const noexcept = 0;

    void began(Slot<F>& slot) noexcept {
        slots_.began(slot.position);
        ++in_use;
    }
    void give(Slot<F>& slot) noexcept {
        slots_.ended(slot.position);
        --in_use;
        put_back(slot);
    }

    /// Somebody has an address of the span. Time in proportion to the span.
    [[nodiscard]] virtual bool leases_any(const Span& span) const noexcept = 0;

    /// Keeps the addresses back: the free ones at once, the leased ones when they return. False, and
    /// unchanged, where memory is short; so for open(). Pre  the span is usable
    [[nodiscard]] bool hold(const Span& span) noexcept {
        if (!held_.add(span)) return false;
        changed(span, true);
        return true;
    }
    [[nodiscard]] bool open(const Span& span) noexcept {
        if (!held_.remove(span)) return false;
        changed(span, false);
        return true;
    }

    Core<F>& core;
    const CidrRange<F> cidr;
    const UsableAddresses<F> usable;
    std::uint64_t in_use = 0;
    bool draining = false;
    bool listed = false;  // among those that have free addresses
    Range* previous = nullptr;
    Range* next = nullptr;

protected:
    virtual void put_back(Slot<F>& slot) noexcept = 0;
    virtual void changed(const Span& span, bool held) noexcept = 0;

    SlotPages<F> slots_;
    Spans held_;
};

}  // namespace estate::detail
