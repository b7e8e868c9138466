// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/ip_pool.hpp>
#include <estate/store/detail/durable_core.hpp>
#include <limits>

namespace estate::detail {

/// Makes a pool in memory what the store says. No lock of the store is held while the pool is asked for what may end a
/// lease, which writes to the store.
template <class State>
class Restoring {
public:
    explicit Restoring(State& state) noexcept : state_{state} {}

    /// Errors  those of the store; store_errc::damaged; ENOMEM.
    [[nodiscard]] result<void> run() {
        std::vector<StoredRange<F>> ranges;
        result<void> done = state_.with_store([&](S& store) {
            return store.scan_ranges([&](const StoredRange<F>& range) { ranges.push_back(range); });
        });
        for (std::size_t i = 0; done && i < ranges.size(); ++i) {
            done = state_.pool.add_cidr_range(ranges[i].cidr, ranges[i].usable);
            if (done && ranges[i].gateway) done = state_.pool.set_gateway(*ranges[i].gateway);
        }
        if (done) done = restore_quarantine();
        if (done) done = restore_leases();
        if (done) done = state_.grant();
        // only now: leases on addresses that are held go on, and so do those above a quota
        for (const StoredRange<F>& range : ranges) {
            for (const auto& [first, last] : range.held) {
                if (done) done = hold(first, last);
            }
        }
        if (done) done = restore_quotas();
        for (const StoredRange<F>& range : ranges) {
            if (!done || !range.draining) continue;
            static_cast<void>(state_.pool.drain(range.cidr));
            if (state_.pool.contains(range.cidr.first())) continue;
            done = state_.with_store([&](S& store) { return store.erase(range.cidr); });  // nobody had anything of it
        }
        return done;
    }

private:
    using F = typename State::family;
    using S = typename State::Store;
    using Locked = typename Core<F>::Locked;

    [[nodiscard]] result<void> restore_quarantine() noexcept {
        const Quarantine rule = state_.with_store([](S& store) { return store.quarantine(); });
        return state_.pool.set_quarantine(std::chrono::nanoseconds{rule.least}, rule.otherwise);
    }
    [[nodiscard]] result<void> restore_leases() {
        result<void> restored = success();
        const auto read = state_.with_store([&](S& store) {
            return store.scan([&](const StoredLease<F>& lease) {
                if (restored) restored = restore(lease);
            });
        });
        return read ? restored : read;
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
    [[nodiscard]] result<void> hold(IpAddress<F> first, const IpAddress<F>& last) noexcept {
        for (;;) {
            const CidrRange<F> part = widest(first, last);
            if (auto done = state_.pool.exclude(part); !done || part.last() == last) return done;
            first = IpAddress<F>::from_bits(part.last().bits() + Uint128{1});
        }
    }
    /// The widest range that begins here and ends by `last`.
    static CidrRange<F> widest(const IpAddress<F>& first, const IpAddress<F>& last) noexcept {
        CidrRange<F> found = CidrRange<F>::of(first);
        for (int length = F::bits - 1; length >= 0; --length) {
            const CidrRange<F> wider = CidrRange<F>::masked(first, length).assume_value();
            if (wider.first() != first || wider.last() > last) break;
            found = wider;
        }
        return found;
    }
    [[nodiscard]] result<void> restore(const StoredLease<F>& lease) noexcept {
        const Locked locked = state_.core().lock();
        if (!lease.is_mine) {
            if (!lease.is_over) state_.note_elsewhere(locked, lease);
            return success();
        }
        if (lease.is_over) return success();
        const auto taken = state_.core().lease(locked, lease.owner, lease.address);
        if (!taken) {
            const Error why = taken.assume_error();
            if (why == Error::system(ENOMEM)) return why;
            return lease.is_cooling ? result<void>{success()} : store_errc::damaged;
        }
        Slot<F>& slot = *taken.assume_value();
        if (lease.is_cooling) {
            state_.core().end_waiting(locked, slot);  // its quarantine begins anew
            return success();
        }
        slot.generation.store(lease.generation, std::memory_order_relaxed);
        if (lease.is_sticky && !state_.core().ledger(locked).restore_sticky(slot)) return out_of_memory();
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
};

}  // namespace estate::detail
