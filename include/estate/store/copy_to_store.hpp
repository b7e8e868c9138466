// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/store/detail/stored_range.hpp>
#include <estate/store/lease_store.hpp>

namespace estate {

/// Writes down what a pool in memory is: ranges, quotas, quarantine and leases, which the pool that is opened with the
/// store then keeps, each with its generation. So a pool that import_json() made becomes one that outlives the process.
///
/// Nobody should change the pool meanwhile. Leases are written in one transaction, the last one: after a failure the
/// call can be made again.
/// Errors  errc::invalid_argument (the store has leases or addresses in quarantine); those of the store.
template <Family F, class Select, class Clock, class S>
    requires LeaseStore<S, F>
[[nodiscard]] result<void> copy_to_store(const IpPool<F, Select, Clock>& pool, S& store) {
    bool is_empty = true;
    result<void> done = store.scan([&](const StoredLease<F>&) { is_empty = false; });
    if (!done) return done;
    if (!is_empty) return errc::invalid_argument;
    const auto first = store.grant(detail::state_access::generation(pool) + 1);  // so that none comes twice
    if (!first) return first.assume_error();

    pool.for_each_range([&](const PoolRange<F>& range) {
        if (done) done = store.put(detail::stored_range(pool, range));
    });
    pool.for_each_tenant([&](std::string_view tenant, const TenantStats& has) {
        if (done && has.quota != pool.no_quota) done = store.put_quota(TenantName::clipped(tenant), has.quota);
    });
    if (done) done = store.put_quarantine(detail::Quarantine{pool.quarantine().count(), pool.when_cooling()});
    if (!done) return done;

    std::vector<Owner> owners;
    std::vector<StoreChange<F>> changes;
    pool.for_each_binding([&](const IpBinding<F>& binding) {
        owners.emplace_back(TenantName::clipped(binding.tenant()), ResourceName::clipped(binding.resource()),
                            binding.resource_type());
        StoreChange<F> lease;
        lease.kind = StoreChange<F>::Kind::lease;
        lease.address = binding.address();
        lease.generation = binding.generation();
        StoreChange<F> keep = lease;
        keep.kind = StoreChange<F>::Kind::keep;
        changes.push_back(lease);
        changes.push_back(keep);
    });
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (i % 2 == 0) changes[i].owner = &owners[i / 2];
        if (i != 0) changes[i - 1].next = &changes[i];
    }
    if (changes.empty()) return success();
    return store.write(&changes.front());
}

}  // namespace estate
