// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/range/slot_pages.hpp>
#include <estate/pool/index/spans.hpp>
#include <estate/pool/pool_range.hpp>
#include <estate/pool/range/rules.hpp>
#include <estate/pool/selection.hpp>

namespace estate::detail {

inline Error out_of_memory() noexcept { return Error::system(ENOMEM); }

/// Addresses of a PoolRange, in a row, that have a common index; a range that grew has several such. Everything needs
/// the pool's lock. Numbers are addresses as bits; `now` is the pool's time.
///
/// A slot from take() is the caller's to begin, and then to report by count_lease(); end_lease() ends that.
template <Family F>
class Range {
public:
    Range(Core<F>& pool, const Rules& with, PoolRange<F>& of, const UsableAddresses<F>& addresses) noexcept
        : core{pool}, rules{with}, extent{&of}, usable{addresses} {}
    virtual ~Range() = default;
    Range(const Range&) = delete;
    Range& operator=(const Range&) = delete;

    /// Errors  errc::pool_exhausted, system ENOMEM.
    [[nodiscard]] virtual result<Slot<F>*> take(const SearchStart& start, std::int64_t now) noexcept = 0;
    /// Pre     the address is usable
    /// Errors  errc::address_leased, address_held, address_cooling, system ENOMEM, errc::capacity_exceeded.
    [[nodiscard]] virtual result<Slot<F>*> take(Uint128 number, std::int64_t now) noexcept = 0;
    /// The lease of this address, or null. Pre  the address is usable
    [[nodiscard]] virtual Slot<F>* leased(Uint128 number) const noexcept = 0;
    /// How many take() could hand out, and how many are in quarantine, as of the last expire_quarantine().
    [[nodiscard]] virtual Uint128 free() const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t cooling() const noexcept = 0;

    /// Frees addresses whose quarantine is over: at least `most` slots, or words of the index.
    virtual void expire_quarantine(std::int64_t now, std::uint32_t most) noexcept = 0;
    static constexpr std::uint32_t some = 16;
    static constexpr std::uint32_t all = ~std::uint32_t{0};
    /// When the address that waits longest in quarantine came. Pre  cooling() != 0
    [[nodiscard]] virtual std::int64_t cooling_since() const noexcept = 0;
    /// Takes that address before its time. Pre  cooling() != 0
    [[nodiscard]] virtual result<Slot<F>*> take_oldest() noexcept = 0;
    /// Makes ready for a quarantine. False, and unchanged, where memory is short.
    [[nodiscard]] virtual bool prepare_quarantine() noexcept = 0;

    void count_lease(const Slot<F>& slot) noexcept {
        slots_.count_lease(slot.position);
        ++in_use;
        ++extent->in_use;
    }
    void end_lease(Slot<F>& slot, std::int64_t now) noexcept {
        slots_.uncount_lease(slot.position);
        --in_use;
        --extent->in_use;
        free_or_quarantine(slot, now);
    }

    /// Somebody has an address of the span. Time in proportion to the span.
    [[nodiscard]] virtual bool leases_any(const Span& span) const noexcept = 0;

    /// Room for two calls of hold() and unhold(), which cannot fail then. False where memory is short.
    [[nodiscard]] bool make_room() noexcept { return held_.make_room(2); }
    /// Keeps the addresses back: the free ones at once, the leased ones when they return. False, and
    /// unchanged, where memory is short; so for unhold(). Pre  the span is usable
    [[nodiscard]] bool hold(const Span& span) noexcept {
        if (!held_.add(span)) return false;
        on_hold(span);
        after_change();
        return true;
    }
    [[nodiscard]] bool unhold(const Span& span) noexcept {
        if (!held_.make_room()) return false;
        held_.for_each_in(span, [this](const Span& part) { on_unhold(part); });
        static_cast<void>(held_.remove(span));
        after_change();
        return true;
    }
    [[nodiscard]] const Spans& held() const noexcept { return held_; }

    Core<F>& core;  // for leases, which find their way back through it
    const Rules& rules;
    PoolRange<F>* extent;
    const UsableAddresses<F> usable;
    std::uint64_t in_use = 0;
    bool came_round = false;  // the last take() where it stopped met the end
    std::uint32_t place = 0;  // among the ranges of the pool

protected:
    virtual void free_or_quarantine(Slot<F>& slot, std::int64_t now) noexcept = 0;
    /// All of the span is held now, or none of it from now on; then after_change().
    virtual void on_hold(const Span& span) noexcept = 0;
    virtual void on_unhold(const Span& span) noexcept = 0;
    virtual void after_change() noexcept {}

    SlotPages<F> slots_;
    Spans held_;
};

}  // namespace estate::detail
