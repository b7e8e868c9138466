// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/detail/slot_pages.hpp>
#include <estate/pool/detail/spans.hpp>
#include <estate/pool/pool_range.hpp>
#include <estate/pool/quarantine.hpp>
#include <estate/pool/selection.hpp>

namespace estate::detail {

inline Error out_of_memory() noexcept { return Error::system(ENOMEM); }

/// Addresses of a PoolRange, in a row, that have a common index; a range that grew has several such. Everything needs
/// the pool's lock. Numbers are addresses as bits; `now` is the pool's time.
///
/// A slot from take() is the caller's to begin, and then to report by began(); give() ends that.
template <Family F>
class Range {
public:
    Range(Core<F>& owner, PoolRange<F>& of, const UsableAddresses<F>& addresses) noexcept
        : core{owner}, extent{&of}, usable{addresses} {}
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
    /// How many take() could hand out, and how many are in quarantine, as of the last ripen().
    [[nodiscard]] virtual Uint128 free() const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t cooling() const noexcept = 0;

    /// Brings back what its quarantine is over for: `most` slots, or words of the index, at least.
    virtual void ripen(std::int64_t now, std::uint32_t most) noexcept = 0;
    static constexpr std::uint32_t some = 16;
    static constexpr std::uint32_t all = ~std::uint32_t{0};
    /// When the address came that is longest in quarantine, and that address, in spite of it. Pre  cooling() != 0
    [[nodiscard]] virtual std::int64_t cooling_since() const noexcept = 0;
    [[nodiscard]] virtual result<Slot<F>*> take_oldest() noexcept = 0;
    /// Makes ready for a quarantine. False, and unchanged, where memory is short.
    [[nodiscard]] virtual bool prepare_quarantine() noexcept = 0;

    void began(Slot<F>& slot) noexcept {
        slots_.began(slot.position);
        ++in_use;
        ++extent->in_use;
    }
    void give(Slot<F>& slot, std::int64_t now) noexcept {
        slots_.ended(slot.position);
        --in_use;
        --extent->in_use;
        put_back(slot, now);
    }

    /// Somebody has an address of the span. Time in proportion to the span.
    [[nodiscard]] virtual bool leases_any(const Span& span) const noexcept = 0;

    /// Room for two calls of hold() and open(), which cannot fail then. False where memory is short.
    [[nodiscard]] bool make_room() noexcept { return held_.make_room(2); }
    /// Keeps the addresses back: the free ones at once, the leased ones when they return. False, and
    /// unchanged, where memory is short; so for open(). Pre  the span is usable
    [[nodiscard]] bool hold(const Span& span) noexcept {
        if (!held_.add(span)) return false;
        changed(span, true);
        settled();
        return true;
    }
    [[nodiscard]] bool open(const Span& span) noexcept {
        if (!held_.make_room()) return false;
        held_.for_each_in(span, [this](const Span& part) { changed(part, false); });
        static_cast<void>(held_.remove(span));
        settled();
        return true;
    }
    [[nodiscard]] const Spans& held() const noexcept { return held_; }

    Core<F>& core;
    PoolRange<F>* extent;
    const UsableAddresses<F> usable;
    std::uint64_t in_use = 0;
    bool came_round = false;  // the last take() where it stopped met the end
    std::uint32_t place = 0;  // among the ranges of the pool

protected:
    virtual void put_back(Slot<F>& slot, std::int64_t now) noexcept = 0;
    /// All of the span is held now, or none of it from now on; then settled().
    virtual void changed(const Span& span, bool held) noexcept = 0;
    virtual void settled() noexcept {}

    SlotPages<F> slots_;
    Spans held_;
};

}  // namespace estate::detail
