// SPDX-License-Identifier: BSL-1.0
#pragma once

// Pools that several hosts share, by etcd. Needs libcurl, nlohmann-json 3.9 and SQLite 3.35 or later: link
// estate::store_etcd and estate::store_sqlite.
#include <estate/store/etcd/etcd_client.hpp>
#include <estate/store/etcd/host_pool.hpp>
#include <estate/store/volatile_store.hpp>
#include <estate/store_sqlite.hpp>
#include <estate/version.hpp>

namespace estate {

/// A pool of several hosts whose leases are in a file of this one; HostPool says what it does.
template <Family F>
using EtcdPool = HostPool<F, SqliteStore<F>, EtcdClient>;
/// The same, and its leases end with the process.
template <Family F>
using VolatileEtcdPool = HostPool<F, VolatileStore<F>, EtcdClient>;

namespace detail {
/// What this host is to etcd. An answer is waited for no longer than half the flush time, so that a fence that comes
/// meanwhile is reported in its first half, and no longer than half the patience.
template <Family F>
[[nodiscard]] EtcdClient client_of(EtcdSettings etcd, const HostSettings<F>& settings) {
    etcd.host = settings.host;
    etcd.time_to_live = settings.terms.time_to_live;
    const long half = static_cast<long>((std::min)(settings.terms.flush, settings.terms.patience) / 2'000'000);
    etcd.patience_ms = (std::min)(etcd.patience_ms, (std::max)(half, 1L));
    return EtcdClient{std::move(etcd)};
}
}  // namespace detail

/// Opens, or makes, the pool that the hosts with this EtcdSettings::pool share, with the leases of this host in a file.
/// What HostSettings says of the host, its time to live among it, counts for EtcdSettings too; a time to live is whole
/// seconds.
/// Errors  those of HostPool::open(), SqliteStore::open() and EtcdClient::ready(); store_errc::holder_in_use (a process
///         of this host's name runs).
template <Family F>
[[nodiscard]] result<EtcdPool<F>> open_etcd_pool(const std::string& file, EtcdSettings etcd, HostSettings<F> settings) {
    SqliteSettings opened;
    opened.holder = settings.host;
    if (settings.host.empty() || settings.terms.time_to_live % 1'000'000'000 != 0) return errc::invalid_argument;
    auto client = detail::client_of(std::move(etcd), settings);
    BOOST_OUTCOME_TRY(client.ready());
    BOOST_OUTCOME_TRY(auto store, SqliteStore<F>::open(file, opened));
    return EtcdPool<F>::open(std::move(store), std::move(client), std::move(settings));
}
/// The same without a file, for leases that end with the process. Nothing keeps two processes of one name apart here:
/// the name must be another one for each process.
/// Errors  those of HostPool::open() and EtcdClient::ready().
template <Family F>
[[nodiscard]] result<VolatileEtcdPool<F>> open_etcd_pool(EtcdSettings etcd, HostSettings<F> settings) {
    if (settings.terms.time_to_live % 1'000'000'000 != 0) return errc::invalid_argument;
    auto client = detail::client_of(std::move(etcd), settings);
    BOOST_OUTCOME_TRY(client.ready());
    return VolatileEtcdPool<F>::open(VolatileStore<F>{}, std::move(client), std::move(settings));
}

}  // namespace estate
