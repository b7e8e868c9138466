// SPDX-License-Identifier: BSL-1.0
//
// A host that shares a pool with others: it claims blocks of addresses in etcd, and leases them from its own file.
//
//     pool_hosts NAME FILE ENDPOINTS [BLOCKS [LEASES]]
//
// ENDPOINTS are URLs with commas between them. The pool is 127.77.0.0/24 in 16 blocks; the host has BLOCKS of them at least
// (1) and leases LEASES addresses (3). It prints each, and each that it uses no more, and goes on until it is killed. A
// session lives for 3 s. Where etcd wants them, ESTATE_ETCD_USER and ESTATE_ETCD_PASSWORD are a name and its password,
// and ESTATE_ETCD_CA is a file with the certificate that its members' are signed by.
// scripts/demo hosts runs three of them on three members of etcd.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/store_etcd.hpp>
#include <string>
#include <thread>

#include "terminal.hpp"

namespace {

using namespace estate;
using namespace estate::literals;

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

//! [open]
/// The pool of all hosts in etcd, this host's leases in a file.
result<EtcdPool<V4>> open_pool(const char* host, const char* file, const char* endpoints, std::size_t blocks,
                               const HostObserver<V4>& observer) {
    EtcdSettings etcd;
    etcd.pool = "demo";
    etcd.endpoints = endpoints_of(endpoints);
    etcd.user = variable("ESTATE_ETCD_USER");
    etcd.password = variable("ESTATE_ETCD_PASSWORD");
    etcd.authority_file = variable("ESTATE_ETCD_CA");
    HostSettings<V4> settings;
    settings.host = host;
    settings.range = "127.77.0.0/24"_cidr4;
    settings.block_length = 28;
    settings.usable = Usable::all;
    settings.blocks = blocks;
    settings.terms.time_to_live = 3'000'000'000;
    settings.terms.skew = 500'000'000;
    settings.terms.flush = 1'000'000'000;
    settings.observer = observer;
    return open_etcd_pool<V4>(file, etcd, settings);
}
//! [open]

class Host {
public:
    explicit Host(const char* name) : name_{name} {}
    HostObserver<V4> observer() { return {&Host::hear, this}; }

    /// Leases and prints, until each lease is one of `count` that are valid.
    void step(EtcdPool<V4>& pool, std::size_t count) {
        std::erase_if(leases_, [&](const Lease<V4>& lease) {
            if (pool.is_valid(lease)) return false;
            say("stopped", text(lease.address()));
            return true;
        });
        while (leases_.size() < count) {
            auto lease = pool.allocate("demo", name_, {});
            if (!lease) {
                if (!is_refused_ && pool.time_left().count() != 0) say("refused", lease.error().message());
                is_refused_ = true;
                return;
            }
            is_refused_ = false;
            say("leased", text(lease.value().address()));
            leases_.push_back(std::move(lease.value()));
        }
    }

private:
    template <class Value>
    static std::string text(const Value& value) {
        return std::string(to_text(value).view());
    }
    static void hear(void* self, const HostEvent<V4>& event) noexcept {
        const auto& host = *static_cast<const Host*>(self);
        using Kind = HostEvent<V4>::Kind;
        switch (event.kind) {
            case Kind::gained:
                return host.say("block", text(event.block) + " revision " + std::to_string(event.revision));
            case Kind::lost: return host.say("lost", text(event.block));
            case Kind::fenced: return host.say("fence", "nothing is leased any more, and what is leased stops");
            case Kind::resumed: return host.say("in touch", "again");
            case Kind::failed: return;
        }
    }
    void say(const char* what, const std::string& which) const {
        std::printf("%s: %s %s\n", name_, what, which.c_str());
        std::fflush(stdout);
    }

    const char* name_;
    std::vector<Lease<V4>> leases_;
    bool is_refused_ = false;
};

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
    Host host{argv[1]};
    auto pool = open_pool(argv[1], argv[2], argv[3], blocks, host.observer());
    if (!pool) {
        std::fprintf(stderr, "pool_hosts: %s: %s\n", argv[2], pool.error().message());
        return 1;
    }
    for (;;) {
        host.step(pool.value(), leases);
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}
