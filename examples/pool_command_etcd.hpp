// SPDX-License-Identifier: BSL-1.0
#pragma once

// What pool_command does with a pool in etcd.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <estate/store_etcd.hpp>
#include <map>
#include <string>
#include <thread>

namespace in_etcd {

using namespace estate;

/// etcd:URL,URL/NAME; else without endpoints.
inline EtcdSettings settings_of(std::string_view text) {
    EtcdSettings made;
    made.endpoints.clear();
    const std::size_t name = text.rfind('/');
    if (!text.starts_with("etcd:") || name == text.npos || text.substr(0, name).ends_with('/')) return made;
    made.endpoints = endpoints_of(text.substr(5, name - 5));
    made.pool = std::string(text.substr(name + 1));
    const auto variable = [](const char* which) {
        const char* const value = std::getenv(which);
        return std::string(value != nullptr ? value : "");
    };
    made.user = variable("ESTATE_ETCD_USER");
    made.password = variable("ESTATE_ETCD_PASSWORD");
    made.authority_file = variable("ESTATE_ETCD_CA");
    return made;
}

template <class Value>
std::string text(const Value& value) {
    return std::string(to_text(value).view());
}

struct Pool {
    EtcdClient client;
    HostSettings<V4> settings;
};
/// Errors  Error::system(ENOENT): nobody has made it.
inline result<Pool> find(const EtcdSettings& etcd) {
    EtcdClient client{etcd};
    BOOST_OUTCOME_TRY(const auto terms, client.terms());
    if (terms.empty()) return Error::system(ENOENT);
    BOOST_OUTCOME_TRY(auto settings, settings_with_terms<V4>(terms));
    return Pool{std::move(client), std::move(settings)};
}

inline result<void> create(const EtcdSettings& etcd, const HostSettings<V4>& settings) {
    const auto count = detail::BlockMap<V4>::count(settings);
    if (!count || !detail::has_times(settings.terms)) return errc::invalid_argument;
    const std::string terms = text_of_terms(settings);
    BOOST_OUTCOME_TRY(const auto agreed, EtcdClient{etcd}.agree(terms));
    if (agreed != terms) return store_errc::other_terms;
    std::printf("%u blocks\n", *count);
    return success();
}

/// A line for each block that somebody has or had: range, leased or waits or dead, host, token.
inline result<std::map<std::uint32_t, std::string>> lines(Pool& pool) {
    BOOST_OUTCOME_TRY(const auto answer, pool.client.ask({}));
    const detail::BlockMap<V4> map{pool.settings};
    std::map<std::uint32_t, std::string> made;
    for (const BlockRecord& record : answer.records) {
        if (record.block >= detail::BlockMap<V4>::count(pool.settings)) continue;
        const auto& live = answer.live_hosts;
        const bool lives = std::find(live.begin(), live.end(), record.host) != live.end();
        made[record.block] = text(map.range_of(record.block)) + (record.waits ? "\twaits\t" : lives ? "\towned\t" : "\tdead\t") +
                             record.host + '\t' + std::to_string(record.revision);
    }
    return made;
}
inline result<void> list(const EtcdSettings& etcd) {
    BOOST_OUTCOME_TRY(auto pool, find(etcd));
    BOOST_OUTCOME_TRY(const auto now, lines(pool));
    for (const auto& [block, line] : now) std::puts(line.c_str());
    return success();
}
inline result<void> stats(const EtcdSettings& etcd) {
    BOOST_OUTCOME_TRY(auto pool, find(etcd));
    BOOST_OUTCOME_TRY(const auto now, lines(pool));
    std::size_t owned = 0, waits = 0, dead = 0;
    for (const auto& [block, line] : now) {
        owned += line.find("\towned\t") != line.npos ? 1U : 0U;
        waits += line.find("\twaits\t") != line.npos ? 1U : 0U;
        dead += line.find("\tdead\t") != line.npos ? 1U : 0U;
    }
    const std::size_t all = *detail::BlockMap<V4>::count(pool.settings);
    std::printf("%s, blocks of /%d: %zu, owned %zu, of dead hosts %zu, waiting %zu, free %zu\n",
                text(pool.settings.range).c_str(), pool.settings.block_length, all, owned, dead, waits, all - now.size());
    return success();
}
inline result<void> watch(const EtcdSettings& etcd, std::int64_t seconds) {
    BOOST_OUTCOME_TRY(auto pool, find(etcd));
    BOOST_OUTCOME_TRY(auto before, lines(pool));
    const auto start = std::chrono::steady_clock::now();
    std::fputs("watching\n", stderr);  // what changes from here on is printed
    while (seconds < 0 || std::chrono::steady_clock::now() - start < std::chrono::seconds{seconds}) {
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
        BOOST_OUTCOME_TRY(auto now, lines(pool));
        for (const auto& [block, line] : now) {
            const auto known = before.find(block);
            if (known == before.end() || known->second != line) std::printf("+ %s\n", line.c_str());
        }
        for (const auto& [block, line] : before) {
            if (!now.contains(block)) std::printf("- %s\n", line.c_str());
        }
        std::fflush(stdout);
        before = std::move(now);
    }
    return success();
}

inline volatile std::sig_atomic_t is_ended = 0;

inline result<EtcdPool<V4>> join(const EtcdSettings& etcd, const std::string& file, const std::string& host) {
    if (file.empty()) return Error::system(ENOENT);
    BOOST_OUTCOME_TRY(auto pool, find(etcd));
    pool.settings.host = host;
    pool.settings.patience = pool.settings.terms.quarantine() + 2 * pool.settings.terms.time_to_live;
    return open_etcd_pool<V4>(file, etcd, std::move(pool.settings));
}
/// Leases an address, and has it until the time is over or a signal comes.
inline result<void> allocate(EtcdPool<V4>& pool, const Owner& owner, const std::optional<IpAddress<V4>>& wanted,
                             std::int64_t seconds) {
    std::signal(SIGINT, [](int) { is_ended = 1; });
    std::signal(SIGTERM, [](int) { is_ended = 1; });
    auto leased = wanted ? pool.allocate_specific(*wanted, owner) : pool.allocate(owner);
    if (!leased && wanted && !pool.owner_of(*wanted).empty())
        std::fprintf(stderr, "its block is of host %s\n", pool.owner_of(*wanted).c_str());
    BOOST_OUTCOME_TRY(auto lease, std::move(leased));
    std::printf("%s\t%llu\n", text(lease.address()).c_str(), static_cast<unsigned long long>(lease.generation()));
    std::fflush(stdout);
    const auto start = std::chrono::steady_clock::now();
    while (is_ended == 0 && (seconds < 0 || std::chrono::steady_clock::now() - start < std::chrono::seconds{seconds})) {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        if (!pool.is_valid(lease)) return store_errc::fenced;
    }
    std::move(lease).release();
    pool.leave();
    return success();
}
/// Ends a lease that an earlier command left.
inline result<void> release(EtcdPool<V4>& pool, const IpAddress<V4>& ip) {
    {
        BOOST_OUTCOME_TRY(const auto binding, pool.pool().get_binding(ip));
        BOOST_OUTCOME_TRY(pool.release(binding));
    }
    pool.leave();
    return success();
}

}  // namespace in_etcd
