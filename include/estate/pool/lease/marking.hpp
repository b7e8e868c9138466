// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/pool_handle.hpp>

namespace estate::detail {

/// How the members of an IpPool mark addresses: a piece of a range at a time, so that no other thread waits for a
/// large one. What is marked is marked from the first piece on.
template <Family F>
class Marking {
public:
    explicit Marking(const PoolHandle<F>& pool) noexcept : pool_{pool} {}

    /// Errors  errc::address_not_in_pool, address_leased (where `unless_leased`); ENOMEM.
    [[nodiscard]] result<void> hold(const CidrRange<F>& part, bool unless_leased) const noexcept {
        std::uint64_t looked_at = 0;  // no lease began since, if this is still the latest generation
        if (unless_leased) {
            const auto leased = any_leased(part, looked_at);
            if (!leased) return leased.assume_error();
            if (leased.assume_value()) return errc::address_leased;
        }
        Piecewise work;
        Spans before;  // what was held already
        const auto begun = pool_.settled([&](Core<F>& core, const Locked& locked) -> result<void> {
            Ledger<F>& ledger = core.ledger(locked);
            auto found = usable_part(ledger, part);
            if (!found) return found.assume_error();
            work = found.assume_value();
            if (work.extent == nullptr) return success();
            if (!ledger.extents().make_room(*work.extent, work.span)) return out_of_memory();
            if (unless_leased && looked_at != ledger.generation() && !copy_held(*work.extent, work.span, before))
                return out_of_memory();
            ledger.extents().hold(*work.extent, work.span);
            ++work.extent->closing;
            return success();
        });
        if (!begun || work.extent == nullptr) return begun;
        close(work);
        if (!unless_leased) return success();
        std::uint64_t now = 0;
        const auto leased = looked_at != generation() ? any_leased(part, now) : result<bool>{false};
        if (!leased || !leased.assume_value()) return success();
        give_up(part, before);
        return errc::address_leased;
    }
    /// Errors  errc::address_not_in_pool; ENOMEM.
    [[nodiscard]] result<void> unhold(const CidrRange<F>& part) const noexcept {
        return settle_after(pool_.settled([&](Core<F>& core, const Locked& locked) -> result<void> {
            Ledger<F>& ledger = core.ledger(locked);
            const auto found = usable_part(ledger, part);
            if (!found) return found.assume_error();
            const Piecewise& work = found.assume_value();
            if (work.extent == nullptr) return success();
            if (!ledger.extents().make_room(*work.extent, work.span)) return out_of_memory();
            ledger.extents().unhold(*work.extent, work.span, ledger.now());
            return success();
        }));
    }
    /// Errors  errc::address_not_in_pool, address_held (network or broadcast), address_leased; ENOMEM.
    [[nodiscard]] result<void> set_gateway(const IpAddress<F>& ip) const noexcept {
        return settle_after(pool_.settled([&](Core<F>& core, const Locked& locked) -> result<void> {
            Ledger<F>& ledger = core.ledger(locked);
            const auto found = usable_part(ledger, CidrRange<F>::of(ip));
            if (!found) return found.assume_error();
            Extent<F>* const extent = found.assume_value().extent;
            if (extent == nullptr) return errc::address_held;
            if (Slot<F>* const waiting = ledger.find(ip)) core.recall(locked, *waiting);
            if (ledger.find(ip) != nullptr) return errc::address_leased;
            const std::optional<IpAddress<F>> before = extent->gateway;
            const Span here{ip.bits(), ip.bits()};
            const Span former = before ? Span{before->bits(), before->bits()} : here;
            if (!ledger.extents().make_room(*extent, here) || !ledger.extents().make_room(*extent, former))
                return out_of_memory();
            extent->gateway = ip;
            ledger.extents().close_one(*extent, ip.bits());
            if (before && *before != ip) ledger.extents().reopen(*extent, before->bits(), ledger.now());
            return success();
        }));
    }
    /// Addresses of the range that magazines leased return to the pool when they end, those that wait there now.
    void recall(const CidrRange<F>& range) const noexcept {
        for (Piecewise work = begin_recall(range); work.extent != nullptr;) {
            pool_.locked([&](Core<F>& core, const Locked& locked) { return step(core, locked, work); }, false);
        }
    }

private:
    using Locked = typename PoolHandle<F>::Locked;

    /// What is left of a span of an extent, which stays as long as its `closing` is not 0.
    struct Piecewise {
        Extent<F>* extent = nullptr;
        Span span{};
    };

    /// The usable part of `part`, and no extent where there is none.
    /// Errors  errc::address_not_in_pool.
    [[nodiscard]] static result<Piecewise> usable_part(Ledger<F>& ledger, const CidrRange<F>& part) noexcept {
        Extent<F>* const extent = ledger.ranges().extent_of(part.first());
        if (extent == nullptr || !extent->cidr.contains(part)) return errc::address_not_in_pool;
        const Span wanted{part.first().bits(), part.last().bits()};
        const Span usable{extent->usable.first.bits(), extent->usable.last.bits()};
        if (!wanted.meets(usable)) return Piecewise{};
        return Piecewise{extent, wanted.within(usable)};
    }
    [[nodiscard]] static bool copy_held(const Extent<F>& extent, const Span& span, Spans& to) noexcept {
        std::size_t count = 1;
        extent.held.for_each_in(span, [&](const Span&) { ++count; });
        if (!to.make_room(count)) return false;
        extent.held.for_each_in(span, [&](const Span& part) { to.add(part); });
        return true;
    }
    [[nodiscard]] std::uint64_t generation() const noexcept {
        return pool_.locked([](Core<F>& core, const Locked& locked) { return core.ledger(locked).generation(); },
                            std::uint64_t{0});
    }
    /// Somebody has an address of the part; what waits in magazines returns. The generation is that of the beginning.
    [[nodiscard]] result<bool> any_leased(const CidrRange<F>& part, std::uint64_t& generation) const noexcept {
        bool any = false;
        Uint128 from = part.first().bits();
        bool is_first = true;
        for (bool done = false; !done && !any;) {
            const auto looked = pool_.settled([&](Core<F>& core, const Locked& locked) -> result<void> {
                Ledger<F>& ledger = core.ledger(locked);
                const auto found = usable_part(ledger, part);
                if (!found) return found.assume_error();
                if (is_first) generation = ledger.generation();
                is_first = false;
                const Piecewise& whole = found.assume_value();
                done = true;
                if (whole.extent == nullptr || from > whole.span.last) return success();
                const Span rest{from < whole.span.first ? whole.span.first : from, whole.span.last};
                bool is_next = true;
                ledger.extents().each(*whole.extent, rest, [&](Range<F>& range, const Span& here) {
                    if (!is_next) return;
                    is_next = false;
                    const Span piece = Extents<F>::first_of(here, range.piece());
                    range.each_leased(piece, [&](Slot<F>& slot) {
                        any = !core.is_waiting(locked, slot);
                        if (!any) core.recall(locked, slot);
                        return !any;
                    });
                    done = piece.last == whole.span.last;
                    from = done ? piece.last : piece.last + Uint128{1};
                });
                return success();
            });
            if (!looked) return looked.assume_error();
        }
        return any;
    }
    /// Closes what is left, piece by piece, and lets the extent go.
    void close(Piecewise& work) const noexcept {
        const auto close_piece = [&](Core<F>& core, const Locked& locked) {
            Ledger<F>& ledger = core.ledger(locked);
            const Span before = work.span;
            const bool done = ledger.extents().close(*work.extent, before, work.span.first);
            if (core.in_magazines(locked) != 0) recall(core, locked, *work.extent, before);
            if (done) finish(ledger, *work.extent);
            return done;
        };
        while (!pool_.locked(close_piece, true)) {
        }
    }
    static void finish(Ledger<F>& ledger, Extent<F>& extent) noexcept {
        --extent.closing;
        ledger.extents().look_at(extent, ledger.now());
    }
    /// The addresses of the first piece of the span.
    static void recall(Core<F>& core, const Locked& locked, Extent<F>& extent, const Span& span) noexcept {
        bool is_first = true;
        core.ledger(locked).extents().each(extent, span, [&](Range<F>& range, const Span& here) {
            if (!is_first) return;
            is_first = false;
            range.each_leased(Extents<F>::first_of(here, range.piece()), [&](Slot<F>& slot) {
                core.recall(locked, slot);
                return true;
            });
        });
    }
    [[nodiscard]] Piecewise begin_recall(const CidrRange<F>& range) const noexcept {
        return pool_.settled([&](Core<F>& core, const Locked& locked) {
            Extent<F>* const extent =
                core.in_magazines(locked) != 0 ? core.ledger(locked).ranges().exactly(range) : nullptr;
            if (extent == nullptr) return Piecewise{};
            ++extent->closing;
            return Piecewise{extent, {range.first().bits(), range.last().bits()}};
        }, Piecewise{});
    }
    static bool step(Core<F>& core, const Locked& locked, Piecewise& work) noexcept {
        Ledger<F>& ledger = core.ledger(locked);
        recall(core, locked, *work.extent, work.span);
        bool more = false;
        bool is_first = true;
        const Span whole = work.span;
        ledger.extents().each(*work.extent, whole, [&](Range<F>& range, const Span& here) {
            if (!is_first) return;
            is_first = false;
            const Span piece = Extents<F>::first_of(here, range.piece());
            more = piece.last != whole.last;
            work.span.first = more ? piece.last + Uint128{1} : piece.last;
        });
        if (more) return true;
        finish(ledger, *work.extent);
        work.extent = nullptr;
        return true;
    }
    /// Ends a hold() that was refused in the end, but for what was held before.
    void give_up(const CidrRange<F>& part, const Spans& before) const noexcept {
        static_cast<void>(settle_after(pool_.settled([&](Core<F>& core, const Locked& locked) -> result<void> {
            Ledger<F>& ledger = core.ledger(locked);
            const auto found = usable_part(ledger, part);
            if (!found || found.assume_value().extent == nullptr) return success();
            const Piecewise& work = found.assume_value();
            before.for_each_gap_in(work.span, [&](const Span& gap) {
                if (ledger.extents().make_room(*work.extent, gap))
                    ledger.extents().unhold(*work.extent, gap, ledger.now());
            });
            return success();
        })));
    }
    /// Opens what was not to wait.
    [[nodiscard]] result<void> settle_after(const result<void>& done) const noexcept {
        if (done) pool_.settled([](Core<F>&, const Locked&) { return true; }, true);
        return done;
    }

    const PoolHandle<F>& pool_;
};

}  // namespace estate::detail
