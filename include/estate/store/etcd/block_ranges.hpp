// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/store/durable_pool.hpp>
#include <estate/store/etcd/host_settings.hpp>
#include <set>
#include <utility>
#include <vector>

namespace estate::detail {

/// A host's own pool, whose ranges are blocks. Each drains until the host has the block again.
/// Thread safety: the pool's; the other members may be called by one thread at a time.
template <Family F, class S, class Select>
class BlockRanges {
public:
    using Pool = DurablePool<F, S, Select>;

    BlockRanges(Pool&& leases, const HostSettings<F>& settings) : pool{std::move(leases)}, map{settings} {
        for (const std::uint32_t block : blocks()) static_cast<void>(pool.drain(map.range_of(block)));
    }

    Pool pool;
    const BlockMap<F> map;

protected:
    /// Pre  each range of the store is a block
    [[nodiscard]] std::set<std::uint32_t> blocks() const {
        std::set<std::uint32_t> made;
        pool.pool().for_each_range([&](const PoolRange<F>& range) {
            made.insert(*map.block_of(range.cidr));
        });
        return made;
    }
    /// Nobody has an address of it, and none is in quarantine; or there is no such range.
    [[nodiscard]] bool is_idle(std::uint32_t block) const {
        const auto counts = pool.pool().stats_of(map.range_of(block));
        return !counts || counts.assume_value().in_use + counts.assume_value().cooling == Uint128{};
    }
    /// It leases from here on, but for the edges of the whole pool. Errors  those of the store; ENOMEM.
    [[nodiscard]] result<void> open(std::uint32_t block) {
        const CidrRange<F> range = map.range_of(block);
        result<void> done = pool.undrain(range);
        if (done == result<void>{errc::range_unknown}) done = pool.add_cidr_range(range, Usable::all);
        for (const auto& edge : {map.range().first(), map.range().last()}) {
            const bool is_open = range.contains(edge) && map.is_edge(edge) && !edge.is_unspecified();
            if (done && is_open) done = pool.exclude(edge);
        }
        return done;
    }
    /// Nothing more is leased of it. Errors  those of the store.
    [[nodiscard]] result<void> close(std::uint32_t block) {
        auto done = pool.drain(map.range_of(block));
        return done == result<void>{errc::range_unknown} ? success() : done;
    }
    /// Ends its leases in the store, and what is kept. A caller that has one goes on having the address, which nobody
    /// leases here; allocate_sticky() does not find it. Errors  those of the store.
    [[nodiscard]] result<void> end_leases(std::uint32_t block) {
        const CidrRange<F> range = map.range_of(block);
        std::vector<StoreChange<F>> changes;
        pool.pool().for_each_binding([&](const IpBinding<F>& binding) {
            if (!range.contains(binding.address())) return;
            StoreChange<F>& change = changes.emplace_back();
            change.address = binding.address();
            change.generation = binding.generation();
        });
        if (changes.empty()) return success();
        for (std::size_t i = 1; i < changes.size(); ++i) changes[i - 1].next = &changes[i];
        if (auto done = pool.with_store([&](S& store) { return store.write(&changes.front()); }); !done) return done;
        pool.pool().for_each_binding([&](const IpBinding<F>& binding) {
            if (!range.contains(binding.address())) return;
            state_access::forget_sticky(pool.pool(), binding.address());
            static_cast<void>(pool.release(binding));
        });
        return success();
    }
};

}  // namespace estate::detail
