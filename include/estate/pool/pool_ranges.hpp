// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <estate/net/cidr_cover.hpp>
#include <estate/pool/lease/marking.hpp>
#include <estate/pool/lease/quarantine_change.hpp>
#include <estate/pool/range/range_text.hpp>

namespace estate {

/// The members of an IpPool that say which addresses it has.
template <class Pool, Family F>
class PoolRanges {
public:
    /// Adds the usable addresses of a range: see usable_addresses().
    /// Errors  errc::range_overlaps; ENOMEM; for text also those of CidrRange::parse().
    [[nodiscard]] result<void> add_cidr_range(const CidrRange<F>& range, Usable usable = Usable::hosts) noexcept {
        if (range == CidrRange<F>{}) return errc::address_held;
        return handle().settled([&](Core& core, const Locked& locked) -> result<void> {
            const auto made = core.ledger(locked).ranges().add(range, usable_addresses(range, usable));
            if (!made) return made.assume_error();
            return success();
        });
    }
    [[nodiscard]] result<void> add_cidr_range(std::string_view range, Usable usable = Usable::hosts) noexcept {
        return detail::parsed<F>(range, [&](const CidrRange<F>& read) { return add_cidr_range(read, usable); });
    }
    /// Adds the addresses first to last, all of them, as the few CIDR ranges that for_each_cidr_range() names: each is
    /// a range of its own. All, or none on failure.
    /// Errors  errc::invalid_argument (last is before first), and those of add_cidr_range().
    [[nodiscard]] result<void> add_addresses(const IpAddress<F>& first, const IpAddress<F>& last) noexcept {
        if (last < first) return errc::invalid_argument;
        result<void> done = success();
        std::size_t count = 0;
        for_each_cidr_range(first, last, [&](const CidrRange<F>& range) {
            done = add_cidr_range(range, Usable::all);
            count += done ? 1 : 0;
            return done.has_value();
        });
        if (done) return done;
        for_each_cidr_range(first, last, [&](const CidrRange<F>& range) {
            if (count-- == 0) return false;
            static_cast<void>(drain(range));
            return true;
        });
        return done;
    }
    /// Makes `range` out of a range of the pool that lies in it. Leases, reservations and the gateway stay; the
    /// former network and broadcast addresses become usable, unless `usable` says otherwise of the new one.
    /// Errors  errc::range_unknown; range_overlaps (with another one, or `range` is not around `known`); ENOMEM.
    [[nodiscard]] result<void> grow(const CidrRange<F>& known, const CidrRange<F>& range,
                                    Usable usable = Usable::hosts) noexcept {
        return with_extent(known, [&](Ledger& ledger, Extent& extent) -> result<void> {
            if (!range.contains(known)) return errc::range_overlaps;
            return ledger.extents().grow(extent, range, usable_addresses(range, usable), ledger.now());
        });
    }
    [[nodiscard]] result<void> grow(std::string_view known, std::string_view range,
                                    Usable usable = Usable::hosts) noexcept {
        return detail::parsed<F>(known, [&](const CidrRange<F>& from) {
            return detail::parsed<F>(range, [&](const CidrRange<F>& to) { return grow(from, to, usable); });
        });
    }
    /// Removes a range as it was added.
    /// Errors  errc::range_unknown, range_in_use (somebody holds one of its addresses).
    [[nodiscard]] result<void> remove_cidr_range(const CidrRange<F>& range) noexcept {
        return with_extent(range, [](Ledger& ledger, Extent& extent) -> result<void> {
            if (extent.in_use != 0) return errc::range_in_use;
            if (!ledger.extents().is_quiet(extent, ledger.now())) return errc::address_cooling;
            ledger.extents().erase(extent);
            return success();
        });
    }
    [[nodiscard]] result<void> remove_cidr_range(std::string_view range) noexcept {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return remove_cidr_range(read); });
    }
    /// Leases nothing more from a range, and removes it with its last lease: now, if there is none.
    /// Errors  errc::range_unknown.
    [[nodiscard]] result<void> drain(const CidrRange<F>& range) noexcept {
        return with_extent(range, [](Ledger& ledger, Extent& extent) -> result<void> {
            ledger.extents().drain(extent, true, ledger.now());
            return success();
        });
    }
    [[nodiscard]] result<void> drain(std::string_view range) noexcept {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return drain(read); });
    }

    /// Ends drain(), as long as the range is there.
    /// Errors  errc::range_unknown.
    [[nodiscard]] result<void> undrain(const CidrRange<F>& range) noexcept {
        return with_extent(range, [](Ledger& ledger, Extent& extent) -> result<void> {
            ledger.extents().drain(extent, false, ledger.now());
            return success();
        });
    }
    [[nodiscard]] result<void> undrain(std::string_view range) noexcept {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return undrain(read); });
    }

    /// Keeps addresses back that nobody has: they are not leased until unreserve().
    /// Errors  errc::address_not_in_pool (they must lie in one range of the pool), address_leased; ENOMEM.
    [[nodiscard]] result<void> reserve(const CidrRange<F>& part) noexcept { return marking().hold(part, true); }
    [[nodiscard]] result<void> reserve(const IpAddress<F>& ip) noexcept { return reserve(CidrRange<F>::of(ip)); }
    /// The same, but leases that exist go on; their addresses are kept back once they return.
    /// Errors  errc::address_not_in_pool; ENOMEM.
    [[nodiscard]] result<void> exclude(const CidrRange<F>& part) noexcept { return marking().hold(part, false); }
    [[nodiscard]] result<void> exclude(const IpAddress<F>& ip) noexcept { return exclude(CidrRange<F>::of(ip)); }
    /// Ends reserve() and exclude(). Where there is a quarantine, it begins for what was kept back: nobody knows when
    /// that was used last. Network, broadcast and gateway addresses stay held.
    /// Errors  errc::address_not_in_pool; ENOMEM.
    [[nodiscard]] result<void> unreserve(const CidrRange<F>& part) noexcept { return marking().unhold(part); }
    [[nodiscard]] result<void> unreserve(const IpAddress<F>& ip) noexcept { return unreserve(CidrRange<F>::of(ip)); }

    /// The router of the range that `ip` lies in: kept back, and returned by gateway_of(). One that was set before is
    /// an ordinary address again, or as unreserve() leaves it.
    /// Errors  errc::address_not_in_pool, address_held (network or broadcast), address_leased; ENOMEM.
    [[nodiscard]] result<void> set_gateway(const IpAddress<F>& ip) noexcept { return marking().set_gateway(ip); }
    /// Empty where the address is in no range of the pool, or the range has none.
    [[nodiscard]] std::optional<IpAddress<F>> gateway_of(const IpAddress<F>& ip) const noexcept {
        return look(std::optional<IpAddress<F>>{}, [&](Ledger& ledger) {
            const Extent* const extent = ledger.ranges().extent_of(ip);
            return extent != nullptr ? extent->gateway : std::nullopt;
        });
    }

    /// An address is leased again not before `least` has gone by since it was given back, and at the latest from twice
    /// that time on. Zero, the beginning, ends quarantine at once. Two bits an address, made now and with each range;
    /// for ranges of more than 2^32 addresses, and with LeastRecent, the record of each that waits.
    /// Errors  errc::invalid_argument (negative); ENOMEM, and all is as before.
    [[nodiscard]] result<void> set_quarantine(std::chrono::nanoseconds least,
                                              WhenCooling otherwise = WhenCooling::refuse) noexcept {
        if (least.count() < 0) return errc::invalid_argument;
        return detail::QuarantineChange<F>{handle()}.to({least.count(), otherwise});
    }
    /// What set_quarantine() set.
    [[nodiscard]] std::chrono::nanoseconds quarantine() const noexcept {
        return std::chrono::nanoseconds{rule().least};
    }
    [[nodiscard]] WhenCooling when_cooling() const noexcept { return rule().otherwise; }

    /// Counts of one range at one moment.
    /// Errors  errc::range_unknown.
    [[nodiscard]] result<PoolStats> stats_of(const CidrRange<F>& range) const noexcept {
        return look(result<PoolStats>{errc::range_unknown}, [&](Ledger& ledger) -> result<PoolStats> {
            const Extent* const extent = ledger.ranges().exactly(range);
            if (extent == nullptr) return errc::range_unknown;
            return ledger.stats(*extent);
        });
    }
    /// Some range of the pool has it, held back or not.
    [[nodiscard]] bool contains(const IpAddress<F>& ip) const noexcept {
        return look(false, [&](Ledger& ledger) { return ledger.ranges().extent_of(ip) != nullptr; });
    }
    /// Calls visitor(const PoolRange<F>&) for each range, by address. No lock while the visitor runs, so it sees
    /// each range as it is at that moment.
    template <class Visitor>
    void for_each_range(Visitor&& visitor) const {
        for (std::optional<PoolRange<F>> at = range_after(nullptr); at; at = range_after(&*at))
            visitor(std::as_const(*at));
    }
    /// Calls visitor(first, last) for each run of addresses of a range that reserve(), exclude() or set_gateway()
    /// keeps back, by address, as for_each_range() does.
    template <class Visitor>
    void for_each_held(const CidrRange<F>& range, Visitor&& visitor) const {
        std::optional<Span> at = held_from(range, range.first().bits());
        while (at) {
            visitor(IpAddress<F>::from_bits(at->first), IpAddress<F>::from_bits(at->last));
            if (at->last == range.last().bits()) return;
            at = held_from(range, at->last + Uint128{1});
        }
    }

protected:
    PoolRanges() noexcept = default;
    ~PoolRanges() = default;

private:
    using Core = detail::Core<F>;
    using Locked = typename Core::Locked;
    using Ledger = detail::Ledger<F>;
    using Extent = detail::Extent<F>;
    using Span = detail::Span;

    [[nodiscard]] const detail::PoolHandle<F>& handle() const noexcept {
        return static_cast<const Pool&>(*this).handle_;
    }
    /// section(ledger) under the lock, once time has done its work; `otherwise` where memory was too short for a pool.
    template <class Value, class Section>
    Value look(Value otherwise, Section section) const noexcept {
        return handle().settled(
            [&](Core& core, const Locked& locked) -> Value { return section(core.ledger(locked)); }, otherwise);
    }

    [[nodiscard]] detail::Quarantine rule() const noexcept {
        return look(detail::Quarantine{}, [](Ledger& ledger) { return ledger.rules().quarantine; });
    }
    [[nodiscard]] detail::Marking<F> marking() const noexcept { return detail::Marking<F>{handle()}; }
    template <class Section>
    result<void> with_extent(const CidrRange<F>& range, Section section) noexcept {
        marking().recall(range);
        return handle().settled([&](Core& core, const Locked& locked) -> result<void> {
            Ledger& ledger = core.ledger(locked);
            Extent* const found = ledger.ranges().exactly(range);
            if (found == nullptr) return errc::range_unknown;
            return section(ledger, *found);
        });
    }
    [[nodiscard]] std::optional<PoolRange<F>> range_after(const PoolRange<F>* last) const noexcept {
        return look(std::optional<PoolRange<F>>{}, [&](Ledger& ledger) {
            const Extent* const next = ledger.ranges().extent_after(last != nullptr ? &last->cidr : nullptr);
            return next != nullptr ? std::optional<PoolRange<F>>{*next} : std::nullopt;
        });
    }
    [[nodiscard]] std::optional<Span> held_from(const CidrRange<F>& range, Uint128 first) const noexcept {
        return look(std::optional<Span>{}, [&](Ledger& ledger) {
            const Extent* const extent = ledger.ranges().exactly(range);
            if (extent == nullptr) return std::optional<Span>{};
            return extent->next_held({first, range.last().bits()});
        });
    }
};

}  // namespace estate
