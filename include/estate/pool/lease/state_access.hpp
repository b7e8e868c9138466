// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/lease/pool_handle.hpp>

namespace estate::detail {

/// What the state of an IpPool has that its members neither return nor set.
struct state_access {
    template <class Pool>
    [[nodiscard]] static auto& handle(Pool& pool) noexcept {
        return pool.handle_;
    }
    /// Where a search for this owner's next address begins.
    template <class Pool>
    [[nodiscard]] static SearchStart start(Pool& pool, const Owner& owner) noexcept {
        return pool.start(owner);
    }
    /// Of the lease made last.
    template <class Pool>
    [[nodiscard]] static std::uint64_t generation(const Pool& pool) noexcept {
        using F = typename Pool::family;
        return pool.handle_.locked(
            [](Core<F>& core, const auto& locked) { return core.ledger(locked).generation(); }, std::uint64_t{0});
    }
    /// None of the leases to come has this generation or a lower one.
    template <class Pool>
    static void set_generation(Pool& pool, std::uint64_t last) noexcept {
        using F = typename Pool::family;
        pool.handle_.locked([&](Core<F>& core, const auto& locked) {
            core.ledger(locked).generation() = last;
            return true;
        }, false);
    }
    /// The first range that has an address of this part, if one has.
    template <class Pool, Family F>
    [[nodiscard]] static std::optional<PoolRange<F>> range_in(const Pool& pool, const CidrRange<F>& part) noexcept {
        return pool.handle_.settled([&](Core<F>& core, const auto& locked) -> std::optional<PoolRange<F>> {
            const Ranges<F>& ranges = core.ledger(locked).ranges();
            const CidrRange<F> begin = CidrRange<F>::of(part.first());
            const Extent<F>* found = ranges.extent_of(part.first());
            if (found == nullptr) found = ranges.extent_after(&begin);
            if (found == nullptr || !found->cidr.overlaps(part)) return std::nullopt;
            return *found;
        }, std::optional<PoolRange<F>>{});
    }
    /// The first address that allocate_sticky() gave this tenant's resource and that is(address) is true for.
    template <class Pool, class Is>
    [[nodiscard]] static auto sticky_address(const Pool& pool, const Owner& owner, Is is) noexcept {
        using F = typename Pool::family;
        return pool.handle_.settled([&](Core<F>& core, const auto& locked) -> std::optional<IpAddress<F>> {
            const auto is_asked_for = [&](const Slot<F>& slot) { return is(slot.address); };
            const Slot<F>* const found = core.ledger(locked).find_sticky(owner, is_asked_for);
            return found != nullptr ? std::optional<IpAddress<F>>{found->address} : std::nullopt;
        }, std::optional<IpAddress<F>>{});
    }
    /// allocate_sticky() finds the lease of this address no more. Pre  the caller has a share of it
    template <class Pool, Family F>
    static void forget_sticky(const Pool& pool, const IpAddress<F>& ip) noexcept {
        pool.handle_.locked([&](Core<F>& core, const auto& locked) {
            core.ledger(locked).forget_sticky(ip);
            return true;
        }, false);
    }
    /// As IpPool::add_cidr_range(), but nothing of the range is leased before open(); it does not go meanwhile.
    template <class Pool, Family F>
    [[nodiscard]] static result<void> add_closed(Pool& pool, const CidrRange<F>& range, Usable usable) noexcept {
        if (range == CidrRange<F>{}) return errc::address_held;
        return pool.handle_.settled([&](Core<F>& core, const auto& locked) -> result<void> {
            Ledger<F>& ledger = core.ledger(locked);
            const auto made = ledger.ranges().add(range, usable_addresses(range, usable));
            if (!made) return made.assume_error();
            Extent<F>& extent = *made.assume_value();
            ++extent.closing;
            ledger.extents().drain(extent, true, ledger.now());
            return success();
        });
    }
    /// Opens what add_closed() added, unless it is to drain. Pre  it was called for this range, once
    template <class Pool, Family F>
    static void open(Pool& pool, const CidrRange<F>& range, bool draining) noexcept {
        pool.handle_.locked([&](Core<F>& core, const auto& locked) {
            Ledger<F>& ledger = core.ledger(locked);
            Extent<F>& extent = *ledger.ranges().exactly(range);
            --extent.closing;
            ledger.extents().drain(extent, draining, ledger.now());
            return true;
        }, false);
    }
    /// The gateway of the range is reserved or excluded too.
    template <class Pool, Family F>
    [[nodiscard]] static bool holds(const Pool& pool, const IpAddress<F>& ip) noexcept {
        return pool.handle_.locked([&](Core<F>& core, const auto& locked) {
            const Extent<F>* const extent = core.ledger(locked).ranges().extent_of(ip);
            return extent != nullptr && extent->held.contains(ip.bits());
        }, false);
    }
    /// Leases the address as lease `generation`, and keeps it without end. The observer hears of it.
    /// Errors  as IpPool::allocate_specific().
    template <class Pool, Family F>
    [[nodiscard]] static result<void> restore(Pool& pool, const Owner& owner, const IpAddress<F>& ip,
                                              std::uint64_t generation) noexcept {
        PoolObserver<F> told;
        PoolEvent<F> event;
        const auto made = pool.handle_.locked([&](Core<F>& core, const auto& locked) -> result<void> {
            told = core.observer(locked);
            const auto taken = core.lease(locked, owner, ip);
            if (!taken) return taken.assume_error();
            Slot<F>& slot = *taken.assume_value();
            slot.generation.store(generation, std::memory_order_relaxed);
            core.keeper(locked).keep(slot, std::nullopt);
            if (told.notify != nullptr) event = event_of(PoolEvent<F>::Kind::allocated, slot);
            return success();
        });
        if (!made) return pool.handle_.core() != nullptr ? pool.handle_.core()->refused(owner, ip, made.assume_error())
                                                         : made.assume_error();
        if (told.notify != nullptr) told.notify(told.context, event);
        return success();
    }
};

}  // namespace estate::detail
