// SPDX-License-Identifier: BSL-1.0
//
// A host that shares a pool with others: it claims blocks of addresses in etcd, and leases them from its own file.
//
//     pool_hosts NAME FILE ENDPOINTS [BLOCKS [LEASES]]
//
// ENDPOINTS are URLs with commas between them. The pool is 127.77.0.0/24 in 16 blocks; the host wants BLOCKS of them (1) and
// leases LEASES addresses (3), prints each, and goes on until it is killed. A session lives for 3 s.
// scripts/demo hosts runs three of them on three members of etcd.

#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/net/text.hpp>
#include <estate/store/etcd/block_claims.hpp>
#include <estate/store/etcd/etcd_client.hpp>
#include <estate/store_sqlite.hpp>
#include <map>
#include <string>
#include <thread>

#include "terminal.hpp"

namespace {

using namespace estate;

constexpr int block_length = 28;
constexpr std::uint32_t first_address = 0x7F4D0000;  // 127.77.0.0

CidrRange<V4> range_of(std::uint32_t block) {
    return CidrRange<V4>::masked(IpAddress<V4>::from_bits(Uint128{first_address + block * 16}), block_length).value();
}
std::uint32_t block_of(const IpAddress<V4>& ip) { return (ip.to_uint() - first_address) / 16; }

/// Goes on while the machine is suspended, as the protocol asks for.
std::int64_t now() {
    timespec time{};
#if defined(CLOCK_BOOTTIME)
    clock_gettime(CLOCK_BOOTTIME, &time);
#else
    clock_gettime(CLOCK_MONOTONIC, &time);
#endif
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

class Host {
public:
    Host(const char* name, SqlitePool<V4>&& pool, const EtcdSettings& settings, const BlockTerms& terms)
        : name_{name}, pool_{std::move(pool)}, client_{settings}, claims_{name, terms} {}

    void want(std::size_t blocks, std::size_t leases) {
        claims_.want(blocks);
        wanted_ = leases;
        pool_.pool().for_each_binding([&](const IpBinding<V4>& binding) { claims_.need(block_of(binding.address())); });
    }
    void step() {
        if (const auto request = claims_.next(now())) {
            if (const auto answer = client_.ask(*request)) claims_.hear(answer.value(), now());
        }
        for (const std::uint32_t block : claims_.take_lost()) lose(block);
        if (now() >= claims_.fence() && !known_.empty()) {
            say("fence: nothing is leased any more, and what is leased stops", "");
            leases_.clear();
            known_.clear();
        }
        for (const auto& [block, revision] : claims_.mine()) {
            if (!claims_.may_lease(block, now()) || !known_.emplace(block, revision).second) continue;
            say("block", (std::string(to_text(range_of(block)).view()) + " revision " + std::to_string(revision)).c_str());
            if (auto added = pool_.add_cidr_range(range_of(block), Usable::all); !added)
                say("error", added.error().message());
        }
        while (leases_.size() < wanted_ && !known_.empty() && now() < claims_.fence()) {
            auto lease = pool_.allocate("demo", name_, {});
            if (!lease) break;
            claims_.need(block_of(lease.value().address()));
            say("leased", std::string(to_text(lease.value().address()).view()).c_str());
            leases_.push_back(std::move(lease.value()));
        }
    }

private:
    void lose(std::uint32_t block) {
        say("lost", std::string(to_text(range_of(block)).view()).c_str());
        known_.erase(block);
        std::erase_if(leases_, [&](const Lease<V4>& lease) { return block_of(lease.address()) == block; });
        static_cast<void>(pool_.drain(range_of(block)));
    }
    void say(const char* what, const char* which) const {
        std::printf("%s: %s %s\n", name_, what, which);
        std::fflush(stdout);
    }

    const char* name_;
    SqlitePool<V4> pool_;
    EtcdClient client_;
    BlockClaims claims_;
    std::size_t wanted_ = 0;
    std::map<std::uint32_t, std::uint64_t> known_;
    std::vector<Lease<V4>> leases_;
};

result<SqlitePool<V4>> open_pool(const std::string& file) {
    BOOST_OUTCOME_TRY(auto store, SqliteStore<V4>::open(file));
    return SqlitePool<V4>::open(std::move(store));
}

}  // namespace

int main(int argc, char** argv) {
    const auto count = [&](int at, std::size_t otherwise) {
        return argc > at ? static_cast<std::size_t>(std::strtoul(argv[at], nullptr, 10)) : otherwise;
    };
    const std::size_t blocks = count(4, 1);
    const std::size_t leases = count(5, 3);
    if (argc < 4 || argc > 6 || blocks == 0 || leases == 0) {
        return terminal::explain(argc, argv, "pool_hosts NAME FILE ENDPOINTS [BLOCKS [LEASES]]");
    }
    EtcdSettings settings;
    settings.host = argv[1];
    settings.pool = "demo";
    settings.time_to_live = 3'000'000'000;
    settings.patience_ms = 800;
    settings.endpoints.clear();
    std::string endpoints = argv[3];
    for (std::size_t comma = 0; comma != endpoints.npos; endpoints.erase(0, comma + 1)) {
        comma = endpoints.find(',');
        settings.endpoints.push_back(endpoints.substr(0, comma));
        if (comma == endpoints.npos) break;
    }
    BlockTerms terms;
    terms.blocks = 16;
    terms.time_to_live = settings.time_to_live;
    terms.skew = 500'000'000;
    terms.flush = 1'000'000'000;
    terms.patience = 900'000'000;
    auto pool = open_pool(argv[2]);
    if (!pool) {
        std::fprintf(stderr, "pool_hosts: %s: %s\n", argv[2], pool.error().message());
        return 1;
    }
    Host host{argv[1], std::move(pool.value()), settings, terms};
    host.want(blocks, leases);
    for (;;) {
        host.step();
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}
