// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <estate/pool/lease/pool_handle.hpp>
#include <estate/pool/range/range_text.hpp>

namespace estate {

/// The members of an IpPool that say which addresses it has.
template <class Pool, Family F>
class PoolRanges {
public:
    /// Adds the usable addresses of a range: see usable_addresses().
    /// Errors  errc::range_overlaps; ENOMEM; for text also those of CidrRange::parse().
    [[nodiscard]] result<void> add_cidr_range(const CidrRange<F>& range, Usable usable = Usable::hosts) noexcept {
        return handle().locked([&](Core& core, const Locked& locked) {
            return core.ledger(locked).add(range, usable_addresses(range, usable));
        });
    }
    [[nodiscard]] result<void> add_cidr_range(std::string_view range, Usable usable = Usable::hosts) noexcept {
        return detail::parsed<F>(range, [&](const CidrRange<F>& read) { return add_cidr_range(read, usable); });
    }
    /// Makes `range` out of a range of the pool that lies in it. Leases, reservations and the gateway stay; the
    /// former network and broadcast addresses become usable, unless `usable` says otherwise of the new one.
    /// Errors  errc::range_unknown; range_overlaps (with another one, or `range` is not around `known`); ENOMEM.
    [[nodiscard]] result<void> grow(const CidrRange<F>& known, const CidrRange<F>& range,
                                    Usable usable = Usable::hosts) noexcept {
        return with_extent(known, [&](Ledger& ledger, Extent& extent) -> result<void> {
            if (!range.contains(known)) return errc::range_overlaps;
            return ledger.grow(extent, range, usable_addresses(range, usable));
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
            ledger.drain(extent);
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
            ledger.drain(extent);
            return success();
        });
    }
    [[nodiscard]] result<void> drain(std::string_view range) noexcept {
        return detail::parsed<F>(range, [this](const CidrRange<F>& read) { return drain(read); });
    }

    /// Keeps addresses back that nobody has: they are not leased until unreserve().
    /// Errors  errc::address_not_in_pool (they must lie in one range of the pool), address_leased; ENOMEM.
    [[nodiscard]] result<void> reserve(const CidrRange<F>& part) noexcept {
        return with_part(part, [](Ledger& ledger, Extent& extent, const Span& span) -> result<void> {
            bool leased = false;
            each(ledger, extent, span, [&](auto& range, const Span& here) {
                leased = leased || range.leases_any(here);
                return true;
            });
            if (leased) return errc::address_leased;
            if (!make_room(ledger, extent, span)) return detail::out_of_memory();
            hold(ledger, extent, span);
            return success();
        });
    }
    [[nodiscard]] result<void> reserve(const IpAddress<F>& ip) noexcept { return reserve(CidrRange<F>::of(ip)); }
    /// The same, but leases that exist go on; their addresses are kept back once they return.
    /// Errors  errc::address_not_in_pool; ENOMEM.
    [[nodiscard]] result<void> exclude(const CidrRange<F>& part) noexcept {
        return with_part(part, [](Ledger& ledger, Extent& extent, const Span& span) -> result<void> {
            if (!make_room(ledger, extent, span)) return detail::out_of_memory();
            hold(ledger, extent, span);
            return success();
        });
    }
    [[nodiscard]] result<void> exclude(const IpAddress<F>& ip) noexcept { return exclude(CidrRange<F>::of(ip)); }
    /// Ends reserve() and exclude(); where there is a quarantine, it begins. Network, broadcast and gateway addresses
    /// stay held.
    /// Errors  errc::address_not_in_pool; ENOMEM.
    [[nodiscard]] result<void> unreserve(const CidrRange<F>& part) noexcept {
        return with_part(part, [](Ledger& ledger, Extent& extent, const Span& span) -> result<void> {
            if (!make_room(ledger, extent, span)) return detail::out_of_memory();
            if (!extent.gateway || !span.contains(extent.gateway->bits())) {
                unhold(ledger, extent, span);
                return success();
            }
            const Uint128 at = extent.gateway->bits();
            if (span.first < at) unhold(ledger, extent, {span.first, at - Uint128{1}});
            if (at < span.last) unhold(ledger, extent, {at + Uint128{1}, span.last});
            return success();
        });
    }
    [[nodiscard]] result<void> unreserve(const IpAddress<F>& ip) noexcept { return unreserve(CidrRange<F>::of(ip)); }

    /// The router of the range that `ip` lies in: reserved, and told by gateway_of(). One that was set before is
    /// an ordinary address again.
    /// Errors  errc::address_not_in_pool, address_held (network or broadcast), address_leased; ENOMEM.
    [[nodiscard]] result<void> set_gateway(const IpAddress<F>& ip) noexcept {
        return with_part(CidrRange<F>::of(ip), [&](Ledger& ledger, Extent& extent, const Span& span) -> result<void> {
            if (ledger.find(ip) != nullptr) return errc::address_leased;
            const std::optional<IpAddress<F>> before = extent.gateway;
            const bool opens = before && *before != ip && extent.usable.contains(*before);
            const Span former = opens ? Span{before->bits(), before->bits()} : span;
            if (!make_room(ledger, extent, span) || !make_room(ledger, extent, former)) return detail::out_of_memory();
            hold(ledger, extent, span);
            if (opens) unhold(ledger, extent, former);
            extent.gateway = ip;
            return success();
        }, errc::address_held);
    }
    /// Empty where the address is in no range of the pool, or the range has none.
    [[nodiscard]] std::optional<IpAddress<F>> gateway_of(const IpAddress<F>& ip) const noexcept {
        return look(std::optional<IpAddress<F>>{}, [&](Ledger& ledger) {
            const Extent* const extent = ledger.ranges().extent_of(ip);
            return extent != nullptr ? extent->gateway : std::nullopt;
        });
    }

    /// An address is leased again only when `least` has gone by since it was given back, and can be before twice
    /// that has. Zero, the beginning, ends quarantine at once. Two bits an address, made now and with each range;
    /// for ranges of more than 2^32 addresses, and with LeastRecent, the record of each that waits.
    /// Errors  errc::invalid_argument (negative); ENOMEM, and all is as before.
    [[nodiscard]] result<void> set_quarantine(std::chrono::nanoseconds least,
                                              WhenCooling otherwise = WhenCooling::refuse) noexcept {
        if (least.count() < 0) return errc::invalid_argument;
        return handle().locked([&](Core& core, const Locked& locked) {
            return core.ledger(locked).set_quarantine({least.count(), otherwise});
        });
    }
    /// What set_quarantine() set.
    [[nodiscard]] std::chrono::nanoseconds quarantine() const noexcept {
        return std::chrono::nanoseconds{rule().least};
    }
    [[nodiscard]] WhenCooling when_cooling() const noexcept { return rule().otherwise; }

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
    using Extent = PoolRange<F>;
    using Span = detail::Span;

    [[nodiscard]] const detail::PoolHandle<F>& handle() const noexcept {
        return static_cast<const Pool&>(*this).handle_;
    }
    /// section(ledger) under the lock, or `otherwise` where memory was too short for a pool.
    template <class Value, class Section>
    Value look(Value otherwise, Section section) const noexcept {
        return handle().locked(
            [&](Core& core, const Locked& locked) -> Value { return section(core.ledger(locked)); }, otherwise);
    }

    [[nodiscard]] detail::Quarantine rule() const noexcept {
        return look(detail::Quarantine{}, [](Ledger& ledger) { return ledger.rules().quarantine; });
    }
    template <class Section>
    result<void> with_extent(const CidrRange<F>& range, Section section) noexcept {
        return handle().locked([&](Core& core, const Locked& locked) -> result<void> {
            core.recall(locked);  // first: it can end a range that drains
            Ledger& ledger = core.ledger(locked);
            Extent* const found = ledger.ranges().exactly(range);
            if (found == nullptr) return errc::range_unknown;
            return section(ledger, *found);
        });
    }
    /// section(ledger, extent, span) for the usable part of `part`; `otherwise` where there is none.
    template <class Section>
    result<void> with_part(const CidrRange<F>& part, Section section, result<void> otherwise = success()) noexcept {
        return handle().locked([&](Core& core, const Locked& locked) -> result<void> {
            core.recall(locked);  // first: it can end a range that drains
            Ledger& ledger = core.ledger(locked);
            Extent* const extent = ledger.ranges().extent_of(part.first());
            if (extent == nullptr || !extent->cidr.contains(part)) return errc::address_not_in_pool;
            const auto first = part.first() < extent->usable.first ? extent->usable.first : part.first();
            const auto last = extent->usable.last < part.last() ? extent->usable.last : part.last();
            if (last < first) return otherwise;
            return section(ledger, *extent, Span{first.bits(), last.bits()});
        });
    }
    /// visit(range, span) for each range's share of the span, while it says true.
    template <class Visit>
    static bool each(Ledger& ledger, const Extent& extent, const Span& span, Visit visit) noexcept {
        bool going_on = true;
        ledger.ranges().for_each_of(extent, [&](detail::Range<F>& range) {
            const Uint128 first = span.first < range.usable.first.bits() ? range.usable.first.bits() : span.first;
            const Uint128 last = range.usable.last.bits() < span.last ? range.usable.last.bits() : span.last;
            if (last < first || !going_on) return;
            going_on = visit(range, Span{first, last});
            ledger.ranges().index(range);
        });
        return going_on;
    }
    /// For two calls of hold() and unhold(), so that all of what is asked for changes or nothing.
    static bool make_room(Ledger& ledger, const Extent& extent, const Span& span) noexcept {
        return each(ledger, extent, span, [](auto& range, const Span&) { return range.make_room(); });
    }
    /// Pre  there is room, here and below
    static void hold(Ledger& ledger, const Extent& extent, const Span& span) noexcept {
        each(ledger, extent, span, [](auto& range, const Span& here) { return range.hold(here); });
    }
    static void unhold(Ledger& ledger, const Extent& extent, const Span& span) noexcept {
        each(ledger, extent, span, [](auto& range, const Span& here) { return range.unhold(here); });
    }
    [[nodiscard]] std::optional<PoolRange<F>> range_after(const PoolRange<F>* last) const noexcept {
        return look(std::optional<PoolRange<F>>{}, [&](Ledger& ledger) {
            const Extent* const next = ledger.ranges().extent_after(last != nullptr ? &last->cidr : nullptr);
            return next != nullptr ? std::optional{*next} : std::nullopt;
        });
    }
    [[nodiscard]] std::optional<Span> held_from(const CidrRange<F>& range, Uint128 first) const noexcept {
        return look(std::optional<Span>{}, [&](Ledger& ledger) {
            std::optional<Span> found;
            const Extent* const extent = ledger.ranges().exactly(range);
            if (extent == nullptr) return found;
            each(ledger, *extent, {first, range.last().bits()}, [&](auto& part, const Span& here) {
                part.held().for_each_in(here, [&](const Span& span) {
                    if (!found) found = span;
                });
                return !found;
            });
            return found;
        });
    }
};

}  // namespace estate
