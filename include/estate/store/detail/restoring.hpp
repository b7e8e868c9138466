// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/net/cidr_cover.hpp>
#include <estate/pool/ip_pool.hpp>
#include <estate/store/detail/durable_core.hpp>
#include <limits>

namespace estate::detail {

/// Makes a pool in memory what the store says. No lock of the store is held while the pool is asked for what may end a
/// lease, which writes to the store.
template <class State>
class Restoring {
    using F = typename State::family;
    using S = typename State::Store;
    using Locked = typename Core<F>::Locked;

public:
    explicit Restoring(State& state) noexcept : state_{state} {}

    /// Errors  those of the store; store_errc::damaged; ENOMEM.
    [[nodiscard]] result<void> run() {
        std::vector<StoredRange<F>> ranges;
        result<void> done = state_.with_store([&](S& store) {
            return store.scan_ranges([&](const StoredRange<F>& range) { ranges.push_back(range); });
        });
        // last what drains: it may have drained, and another one be in its place
        std::partition(ranges.begin(), ranges.end(), [](const StoredRange<F>& range) { return !range.draining; });
        std::vector<const StoredRange<F>*> added;
        for (const StoredRange<F>& range : ranges) {
            if (!done) return done;
            done = add(range);
            if (done) added.push_back(&range);
            if (range.draining && done == result<void>{errc::range_overlaps}) done = success();
        }
        if (done) done = restore_quarantine();
        if (done) done = restore_leases();
        if (done) done = restore_edges();
        if (done) done = state_.grant();
        // only now: leases on addresses that are held go on, and so do those above a quota
        for (const StoredRange<F>* const range : added) {
            if (done) done = mark(*range);
        }
        if (done) done = restore_quotas();
        for (const StoredRange<F>* const range : added) {
            if (done) done = drain(*range);
        }
        return done;
    }
    /// A further range, of which nothing is leased before it has its marks. Errors  those of IpPool::add_cidr_range().
    /// Pre  it does not drain
    [[nodiscard]] result<void> take_over(const StoredRange<F>& range) {
        result<void> done = state_access::add_closed(state_.pool, range.cidr, range.usable);
        if (!done) return done;
        done = mark(range);
        state_access::open(state_.pool, range.cidr, !done);
        return done;
    }

private:
    [[nodiscard]] result<void> restore_quarantine() noexcept {
        const Quarantine rule = state_.with_store([](S& store) { return store.quarantine(); });
        return state_.pool.set_quarantine(std::chrono::nanoseconds{rule.least}, rule.otherwise);
    }
    [[nodiscard]] result<void> restore_leases() {
        result<void> restored = success();
        const auto read = state_.with_store([&](S& store) {
            return store.scan([&](const StoredLease<F>& lease) {
                if (!restored) return;
                restored = restore(lease);
                if (!(restored == result<void>{errc::address_held}) &&
                    !(restored == result<void>{errc::address_not_in_pool}))
                    return;
                edges_.push_back(lease);
                restored = success();
            });
        });
        return read ? restored : read;
    }
    /// Leases of addresses that were usable before their ranges grew, and of ranges that another holder has removed.
    [[nodiscard]] result<void> restore_edges() {
        for (const StoredLease<F>& lease : edges_) {
            const auto alone = CidrRange<F>::of(lease.address);
            const auto range = state_access::range_in(state_.pool, alone);
            result<void> done = range ? state_.pool.grow(range->cidr, range->cidr, Usable::all)
                                      : state_.pool.add_cidr_range(alone, Usable::all);
            if (done) done = restore(lease);
            if (!done) return done == result<void>{out_of_memory()} ? done : store_errc::damaged;
        }
        for (const StoredLease<F>& lease : edges_) {  // not before: an edge that opens once more waits in quarantine
            const auto alone = CidrRange<F>::of(lease.address);
            const auto range = state_access::range_in(state_.pool, alone);
            if (!range) continue;  // its time has come
            auto done = range->cidr == alone ? state_.pool.drain(alone)
                                             : state_.pool.grow(range->cidr, range->cidr, Usable::hosts);
            if (done == result<void>{out_of_memory()}) return done;
        }
        return success();
    }
    [[nodiscard]] result<void> restore_quotas() {
        std::vector<std::pair<TenantName, std::uint64_t>> quotas;
        result<void> done = state_.with_store([&](S& store) {
            return store.scan_quotas(
                [&](const TenantName& tenant, std::uint64_t most) { quotas.emplace_back(tenant, most); });
        });
        for (const auto& [tenant, most] : quotas) {
            if (done) done = state_.pool.set_quota(tenant.view(), most);
        }
        return done;
    }
    [[nodiscard]] result<void> add(const StoredRange<F>& range) noexcept {
        return state_.pool.add_cidr_range(range.cidr, range.usable);
    }
    [[nodiscard]] result<void> mark(const StoredRange<F>& range) noexcept {
        result<void> done = range.gateway ? state_.pool.set_gateway(*range.gateway) : success();
        if (done == result<void>{errc::address_leased}) done = state_.pool.exclude(*range.gateway);
        if (done == result<void>{errc::address_held}) done = success();  // an edge since the range grew
        if (!done) return done;
        for (const auto& [first, last] : range.held) {
            if (last < first) return store_errc::damaged;
            for_each_cidr_range(first, last, [&](const CidrRange<F>& part) {
                done = state_.pool.exclude(part);
                return done.has_value();
            });
            if (!done) return done;
        }
        return done;
    }
    [[nodiscard]] result<void> drain(const StoredRange<F>& range) {
        if (!range.draining) return success();
        static_cast<void>(state_.pool.drain(range.cidr));
        if (state_.pool.contains(range.cidr.first())) return success();
        const auto erased = state_.with_store([&](S& store) { return store.erase(range.cidr); });
        return erased == result<void>{errc::range_in_use} ? success() : erased;  // of another holder
    }
    /// Errors  errc::address_held (perhaps an edge of its range), address_not_in_pool, store_errc::damaged; ENOMEM.
    [[nodiscard]] result<void> restore(const StoredLease<F>& lease) noexcept {
        const Locked locked = state_.core().lock();
        if (!lease.is_mine) {
            if (!lease.is_over) static_cast<void>(state_.note_elsewhere(locked, lease));
            return success();
        }
        if (lease.is_over) return success();
        const auto taken = state_.core().lease(locked, lease.owner, lease.address);
        if (!taken) {
            const Error why = taken.assume_error();
            if (why == Error::system(ENOMEM)) return why;
            if (lease.is_cooling) return success();
            const bool is_outside = why == errc::address_held || why == errc::address_not_in_pool;
            return is_outside ? why : Error{store_errc::damaged};
        }
        Slot<F>& slot = *taken.assume_value();
        if (lease.is_cooling) {
            state_.core().end_waiting(locked, slot);  // its quarantine begins anew
            return success();
        }
        slot.generation.store(lease.generation, std::memory_order_relaxed);
        if (lease.is_sticky && !state_.core().ledger(locked).restore_sticky(slot)) {
            state_.free_again(locked, slot);
            return out_of_memory();
        }
        if (lease.time_left) {
            const std::int64_t now = state_.core().time();
            constexpr std::int64_t last = (std::numeric_limits<std::int64_t>::max)();
            if (now <= last - *lease.time_left) {
                state_.core().keeper(locked).keep(slot, now + *lease.time_left);
                return success();
            }
        }
        state_.core().keeper(locked).keep(slot, std::nullopt);
        if (!lease.is_kept) slot.due = State::unclaimed;
        return success();
    }

    State& state_;
    std::vector<StoredLease<F>> edges_;
};

}  // namespace estate::detail
