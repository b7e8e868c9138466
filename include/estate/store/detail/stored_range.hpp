// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/pool/ip_pool.hpp>
#include <estate/pool/lease/state_access.hpp>
#include <estate/store/stored.hpp>

namespace estate::detail {

template <Family F>
[[nodiscard]] bool is_usable(const PoolRange<F>& range, Usable usable) noexcept {
    return range.usable == usable_addresses(range.cidr, usable);
}

/// A range of a pool as a store writes it down.
template <class Pool, Family F>
[[nodiscard]] StoredRange<F> stored_range(const Pool& pool, const PoolRange<F>& range) {
    StoredRange<F> made;
    made.cidr = range.cidr;
    made.usable = is_usable(range, Usable::hosts) ? Usable::hosts : Usable::all;
    made.draining = range.draining;
    made.gateway = range.gateway;
    pool.for_each_held(range.cidr, [&](const IpAddress<F>& first, const IpAddress<F>& last) {
        if (first == last && made.gateway == first && !state_access::holds(pool, first)) return;
        made.held.emplace_back(first, last);
    });
    return made;
}

}  // namespace estate::detail
