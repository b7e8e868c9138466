// SPDX-License-Identifier: BSL-1.0
//
// A pool in a file or in etcd, by hand: who has what, leases for those who run no program of estate's, and what changes.
//
//     pool_command FILE create 10.0.0.0/24 [--quarantine SECONDS]
//     pool_command FILE list [--tenant NAME]         who has what, whoever holds it
//     pool_command FILE stats
//     pool_command FILE allocate TENANT RESOURCE [--address IP] [--seconds N]
//     pool_command FILE release IP
//     pool_command FILE watch [--seconds N]          prints what changes
//     pool_command FILE import STATE.json            a new file from what export_json() wrote
//
// In place of FILE stands the pool of several hosts by its URLs, etcd:http://HOST:2379,http://OTHER:2379/NAME (https: for TLS):
//
//     pool_command etcd:... create 10.0.0.0/20 [--block 26] [--live SECONDS] [--flush SECONDS]
//     pool_command etcd:... list                       which host has which block
//     pool_command etcd:... stats
//     pool_command etcd:... --file FILE allocate TENANT RESOURCE [--address IP] [--seconds N]
//     pool_command etcd:... --file FILE release IP
//     pool_command etcd:... watch [--seconds N]
//
// There the command is a host like any other, of the name --holder, whose leases are in --file: allocate runs for as long as
// the address is in use, N seconds or until it is ended (a signal), since a host that is gone has no leases. A second one
// wants another name and file. list with --file FILE says what the host of that file has. ESTATE_ETCD_USER,
// ESTATE_ETCD_PASSWORD and ESTATE_ETCD_CA are a name, its password and a file of certificates.
//
// What it leases is held under the name --holder, "command" where none is given: it releases its own leases, and those
// of another holder only when --holder names it and that process does not run. Arguments are read by CLI11.

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <estate/net/text.hpp>
#include <estate/pool_json.hpp>
#include <estate/store_sqlite.hpp>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#if defined(POOL_COMMAND_ETCD)
#include "pool_command_etcd.hpp"
#endif

namespace {

using namespace estate;

struct Arguments {
    std::string file, host_file, holder = "command", cidr, tenant, resource, address, state;
    std::int64_t seconds = -1;
    std::int64_t quarantine = -1;
    int block = 26;
    std::int64_t live = 10, flush = 2;
};

/// An empty name opens a file beside whoever has it.
SqliteSettings only_looks() {
    SqliteSettings settings;
    settings.holder = {};
    return settings;
}

std::string text(const IpAddress<V4>& ip) { return std::string(to_text(ip).view()); }

/// One line a lease.
std::string line(const StoredLease<V4>& lease, const std::map<std::int64_t, std::string>& holders) {
    const auto holder = holders.find(lease.holder);
    std::string made = text(lease.address) + '\t' + (lease.is_cooling ? "cooling" : "leased") + '\t' +
                       std::string(lease.owner.tenant().view()) + '\t' + std::string(lease.owner.resource().view()) +
                       '\t' + name_of(lease.owner.type().kind()) + '\t' + std::to_string(lease.generation) + '\t' +
                       (holder != holders.end() ? holder->second : "?");
    if (lease.time_left && !lease.is_cooling)
        made += "\t" + std::to_string(*lease.time_left / 1'000'000'000) + " s left";
    return made;
}

/// What the file says now, by address; of one tenant, or of all where it has no name.
result<std::map<IpAddress<V4>, std::string>> read_all(SqliteStore<V4>& store, std::string_view tenant = {}) {
    std::map<std::int64_t, std::string> holders;
    BOOST_OUTCOME_TRY(store.scan_holders(
        [&](std::int64_t number, std::string_view name, std::int64_t) { holders[number] = std::string(name); }));
    std::map<IpAddress<V4>, std::string> lines;
    BOOST_OUTCOME_TRY(store.scan([&](const StoredLease<V4>& lease) {
        const bool is_wanted = tenant.empty() || lease.owner.tenant().view() == tenant;
        if (!lease.is_over && is_wanted) lines[lease.address] = line(lease, holders);
    }));
    return lines;
}

result<void> list(const Arguments& with, SqliteStore<V4>& store) {
    BOOST_OUTCOME_TRY(const auto lines, read_all(store, with.tenant));
    for (const auto& [ip, line] : lines) std::puts(line.c_str());
    return success();
}

result<void> watch(const Arguments& with, SqliteStore<V4>& store) {
    using namespace std::chrono_literals;
    BOOST_OUTCOME_TRY(auto before, read_all(store));
    const auto start = std::chrono::steady_clock::now();
    std::fputs("watching\n", stderr);  // what changes from here on is printed
    while (with.seconds < 0 || std::chrono::steady_clock::now() - start < std::chrono::seconds{with.seconds}) {
        std::this_thread::sleep_for(100ms);
        if (!store.has_news()) continue;
        BOOST_OUTCOME_TRY(auto now, read_all(store));
        for (const auto& [ip, line] : now) {
            const auto known = before.find(ip);
            if (known == before.end() || known->second != line) std::printf("+ %s\n", line.c_str());
        }
        for (const auto& [ip, line] : before) {
            if (!now.contains(ip)) std::printf("- %s\n", line.c_str());
        }
        std::fflush(stdout);
        before = std::move(now);
    }
    return success();
}

result<void> create(const Arguments& with, SqlitePool<V4>& pool) {
    BOOST_OUTCOME_TRY(pool.add_cidr_range(with.cidr));
    if (with.quarantine < 0) return success();  // what was said before goes on
    return pool.set_quarantine(std::chrono::seconds{with.quarantine});
}

result<void> stats(SqlitePool<V4>& pool) {
    const PoolStats now = pool.pool().stats();
    std::printf("capacity %llu, in use %llu, held %llu, free %llu, cooling %llu\n",
                static_cast<unsigned long long>(now.capacity.saturated()),
                static_cast<unsigned long long>(now.in_use.saturated()),
                static_cast<unsigned long long>(now.held.saturated()),
                static_cast<unsigned long long>(now.free.saturated()),
                static_cast<unsigned long long>(now.cooling.saturated()));
    return success();
}

result<void> allocate(const Arguments& with, SqlitePool<V4>& pool) {
    BOOST_OUTCOME_TRY(const auto owner, Owner::make(with.tenant, with.resource));
    IpAddress<V4> wanted;
    if (!with.address.empty()) {
        BOOST_OUTCOME_TRY(wanted, IpAddress<V4>::parse(with.address));
    }
    BOOST_OUTCOME_TRY(auto lease, with.address.empty() ? pool.allocate(owner) : pool.allocate_specific(wanted, owner));
    const std::string said = text(lease.address()) + '\t' + std::to_string(lease.generation());
    if (with.seconds >= 0) {
        BOOST_OUTCOME_TRY(pool.keep(std::move(lease), std::chrono::seconds{with.seconds}));
    } else {
        BOOST_OUTCOME_TRY(pool.keep(std::move(lease)));
    }
    std::puts(said.c_str());
    return success();
}

result<void> release(const Arguments& with, SqlitePool<V4>& pool) {
    BOOST_OUTCOME_TRY(const auto ip, IpAddress<V4>::parse(with.address));
    BOOST_OUTCOME_TRY(const auto binding, pool.pool().get_binding(ip));
    return pool.release(binding);
}

result<void> import(const Arguments& with, SqliteStore<V4>& store) {
    std::ifstream file(with.state);
    if (!file) return Error::system(ENOENT);
    const std::string json{std::istreambuf_iterator<char>(file), {}};
    IpPool<V4> pool;
    std::string where;
    if (auto read = import_json(pool, json, &where); !read) {
        std::fprintf(stderr, "%s%s: ", with.state.c_str(), where.c_str());
        return read;
    }
    return copy_to_store(pool, store);
}

/// Without etcd it is not built.
#if defined(POOL_COMMAND_ETCD)
result<void> run_in_etcd(const Arguments& with, const CLI::App& app) {
    EtcdSettings etcd = in_etcd::settings_of(with.file);
    etcd.host = with.holder;
    const auto asked = [&](const char* name) { return app.got_subcommand(name); };
    if (asked("create")) {
        HostSettings<V4> settings;
        BOOST_OUTCOME_TRY(settings.range, CidrRange<V4>::parse(with.cidr));
        settings.block_length = with.block;
        settings.terms.time_to_live = with.live * 1'000'000'000;
        settings.terms.flush = with.flush * 1'000'000'000;
        return in_etcd::create(etcd, settings);
    }
    if (asked("stats")) return in_etcd::stats(etcd);
    if (asked("watch")) return in_etcd::watch(etcd, with.seconds);
    if (asked("import")) return Error::system(ENOTSUP);
    if (asked("list")) {
        if (with.host_file.empty()) return in_etcd::list(etcd);
        BOOST_OUTCOME_TRY(auto store, SqliteStore<V4>::open(with.host_file, only_looks()));
        return list(with, store);
    }
    BOOST_OUTCOME_TRY(auto pool, in_etcd::join(etcd, with.host_file, with.holder));
    if (asked("release")) {
        BOOST_OUTCOME_TRY(const auto ip, IpAddress<V4>::parse(with.address));
        return in_etcd::release(pool, ip);
    }
    BOOST_OUTCOME_TRY(const auto owner, Owner::make(with.tenant, with.resource));
    std::optional<IpAddress<V4>> wanted;
    if (!with.address.empty()) {
        BOOST_OUTCOME_TRY(wanted, IpAddress<V4>::parse(with.address));
    }
    return in_etcd::allocate(pool, owner, wanted, with.seconds);
}
#else
result<void> run_in_etcd(const Arguments&, const CLI::App&) { return Error::system(ENOTSUP); }
#endif

}  // namespace

int main(int argc, char** argv) {
    Arguments with;
    CLI::App app{"A pool of IPv4 addresses in a file, or of several hosts in etcd: who has what"};
    app.add_option("pool", with.file, "the file of the pool, or etcd:URL,URL/NAME")->required();
    app.add_option("--holder", with.holder, "under which name the file is opened; in etcd the host")->capture_default_str();
    app.add_option("--file", with.host_file, "in etcd: the file with the leases of this host");
    const CLI::Range some_days{std::int64_t{1}, std::int64_t{100} * 24 * 3600};  // as long as terms may be
    const CLI::Range some_years{std::int64_t{0}, std::int64_t{9'000'000'000}};   // as many as nanoseconds are counted
    app.require_subcommand(1);
    auto* const creating = app.add_subcommand("create", "adds a range, and makes the file where there is none");
    creating->add_option("cidr", with.cidr, "192.0.2.0/24")->required();
    creating->add_option("--quarantine", with.quarantine, "in a file: seconds that an address waits between two leases")
        ->check(some_years);
    creating->add_option("--block", with.block, "in etcd: the prefix length of a block")->capture_default_str();
    creating->add_option("--live", with.live, "in etcd: seconds that a host lives without a word")
        ->capture_default_str()->check(some_days);
    creating->add_option("--flush", with.flush, "in etcd: seconds within which a host stops to use what it had")
        ->capture_default_str()->check(some_days);
    auto* const listing = app.add_subcommand("list", "who has what: address, state, tenant, resource, kind, generation, "
                                                     "holder; in etcd: block, state, host, token");
    listing->add_option("--tenant", with.tenant, "only this tenant's");
    auto* const counting = app.add_subcommand("stats", "how many addresses are in use, held, free and in quarantine");
    auto* const allocating = app.add_subcommand("allocate", "leases an address and prints it with its generation");
    allocating->add_option("tenant", with.tenant)->required();
    allocating->add_option("resource", with.resource)->required();
    allocating->add_option("--address", with.address, "this one");
    allocating->add_option("--seconds", with.seconds, "for so long; until it is released where none is given")
        ->check(some_years);
    auto* const releasing = app.add_subcommand("release", "ends a lease of this holder");
    releasing->add_option("address", with.address)->required();
    auto* const watching = app.add_subcommand("watch", "prints what changes");
    watching->add_option("--seconds", with.seconds, "for so long")->check(some_years);
    auto* const importing = app.add_subcommand("import", "fills a new file with what export_json() wrote");
    importing->add_option("state", with.state)->required();
    app.failure_message(CLI::FailureMessage::help);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {  // --help is one, too
        return app.exit(error) == 0 ? 0 : 2;
    }

    const auto run = [&]() -> result<void> {
        if (with.file.starts_with("etcd:")) return run_in_etcd(with, app);
        SqliteSettings settings = only_looks();
        if (!listing->parsed() && !watching->parsed()) settings.holder = with.holder;
        if (!creating->parsed() && !importing->parsed() && !std::ifstream(with.file)) return Error::system(ENOENT);
        BOOST_OUTCOME_TRY(auto store, SqliteStore<V4>::open(with.file, settings));
        if (listing->parsed()) return list(with, store);
        if (watching->parsed()) return watch(with, store);
        if (importing->parsed()) return import(with, store);
        BOOST_OUTCOME_TRY(auto pool, SqlitePool<V4>::open(std::move(store)));
        if (creating->parsed()) return create(with, pool);
        if (counting->parsed()) return stats(pool);
        if (allocating->parsed()) return allocate(with, pool);
        if (releasing->parsed()) return release(with, pool);
        return success();
    };
    if (const auto done = run(); !done) {
        const char* const where = with.file.starts_with("etcd:") ? "etcd" : with.file.c_str();  // a URL has passwords
        std::fprintf(stderr, "pool_command: %s: %s\n", where, done.error().message());
        return 1;
    }
    return 0;
}
