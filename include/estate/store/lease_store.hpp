// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/store/store_errc.hpp>
#include <estate/store/stored.hpp>

namespace estate {

/// What keeps the leases of a DurablePool when the process has ended: SqliteStore, or one of your own.
///
/// A store has holders: each process that opens it has a name there, and what it leased is its own until it gives
/// it back, however often it is started again. The pool calls one member at a time, and no lock of the pool is
/// held then.
///
///     write(first)        writes the changes from `first` on, all or none; once it says yes, they outlive the process
///     scan(visitor)       visitor(const StoredLease<F>&) for each lease and each address in quarantine
///     scan_ranges, scan_quotas   the same for const StoredRange<F>&; for tenant and quota
///     put                 a range, in place of what was put for its CIDR; others that it overlaps end if they have
///                         drained and nobody has an address of them, else it is refused: errc::range_overlaps.
///                         put(range, cidr) does so in place of what was put for this other CIDR, too
///     erase               a range; errc::range_in_use where any holder has a lease in it
///     put_quota, put_quarantine
///     quarantine()        what was put last
///     grant(count)        so many generations that nobody had: the first of them
///     has_news()          another holder may have changed something since the last scan() began
template <class S, class F>
concept LeaseStore = Family<F> && std::movable<S> &&
    requires(S& store, StoreChange<F>* first, const StoredRange<F>& range, const TenantName& tenant,
             void (*lease)(const StoredLease<F>&), void (*each)(const StoredRange<F>&),
             void (*quota)(const TenantName&, std::uint64_t)) {
        { store.write(first) } noexcept -> std::same_as<result<void>>;
        { store.scan(lease) } -> std::same_as<result<void>>;
        { store.scan_ranges(each) } -> std::same_as<result<void>>;
        { store.scan_quotas(quota) } -> std::same_as<result<void>>;
        { store.put(range) } -> std::same_as<result<void>>;
        { store.put(range, range.cidr) } -> std::same_as<result<void>>;
        { store.erase(range.cidr) } -> std::same_as<result<void>>;
        { store.put_quota(tenant, std::uint64_t{}) } -> std::same_as<result<void>>;
        { store.put_quarantine(detail::Quarantine{}) } -> std::same_as<result<void>>;
        { store.quarantine() } noexcept -> std::same_as<detail::Quarantine>;
        { store.grant(std::uint64_t{}) } -> std::same_as<result<std::uint64_t>>;
        { store.has_news() } noexcept -> std::same_as<bool>;
    };

}  // namespace estate
