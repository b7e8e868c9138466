// SPDX-License-Identifier: BSL-1.0
// Hosts of a pool with the threads that they make themselves, and several that lease from each. Time is the system's;
// ../store/hosts.cpp has what happens when.
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/store/etcd/host_pool.hpp>
#include <estate/store/volatile_store.hpp>
#include <random>
#include <thread>

#include "store/key_value_store.hpp"

namespace {
using namespace estate;
using namespace estate::literals;

constexpr std::int64_t second = 1'000'000'000;

/// What the hosts agree in.
struct Etcd {
    explicit Etcd(const BlockTerms& terms) : store{terms} {}
    std::mutex lock{};
    test::KeyValueStore store;
    std::string written{};
};
class Client {
public:
    Client(Etcd& etcd, std::string host) : etcd_{&etcd}, host_{std::move(host)} {}
    result<BlockAnswer> ask(const BlockRequest& request) {
        const std::lock_guard locked{etcd_->lock};
        if (const auto answer = etcd_->store.apply(host_, request, HostClock::now())) return *answer;
        return store_errc::failed;
    }
    result<std::string> agree(const std::string& terms) {
        const std::lock_guard locked{etcd_->lock};
        if (etcd_->written.empty()) etcd_->written = terms;
        return etcd_->written;
    }

private:
    Etcd* etcd_;
    std::string host_;
};
using Pool = HostPool<V4, VolatileStore<V4>, Client>;

/// What an earlier process of a host left: the address of a name.
struct LeftStore : VolatileStore<V4> {
    template <class Visitor>
    [[nodiscard]] result<void> scan(Visitor&& visitor) {
        StoredLease<V4> lease{};
        lease.address = "10.0.0.20"_ip4;
        lease.generation = 1;
        lease.owner = Owner::make("red", "web").value();
        lease.is_sticky = true;
        visitor(lease);
        return success();
    }
    template <class Visitor>
    [[nodiscard]] result<void> scan_ranges(Visitor&& visitor) {
        visitor(StoredRange<V4>{"10.0.0.16/28"_cidr4, Usable::all});
        return success();
    }
};

HostSettings<V4> settings_of(const char* host) {
    HostSettings<V4> made;
    made.range = "10.0.0.0/24"_cidr4;
    made.block_length = 28;
    made.terms.time_to_live = 60 * second;  // a machine that is busy is not out of touch
    made.host = host;
    made.patience = 30 * second;
    return made;
}

/// Who uses which address, and what was seen of it.
struct Uses {
    std::array<std::atomic<int>, 256> now{};
    std::atomic<int> leased{0}, twice{0}, invalid{0}, refused{0};

    void begin(const Lease<V4>& lease) {
        if (now[lease.address().to_uint() & 255U].fetch_add(1) != 0) ++twice;
        ++leased;
    }
    void end(Lease<V4>&& lease) {
        now[lease.address().to_uint() & 255U].fetch_sub(1);
        std::move(lease).release();
    }
};

/// Leases and gives back, so many times, and has up to 30 addresses at a time.
void work(Pool& pool, Uses& uses, unsigned seed) {
    std::mt19937 random{seed};
    std::vector<Lease<V4>> leases;
    const std::string name = "thread " + std::to_string(seed);
    for (int i = 0; i < 600; ++i) {
        if (leases.size() == 30 || (!leases.empty() && random() % 3 == 0)) {
            std::swap(leases[random() % leases.size()], leases.back());
            uses.end(std::move(leases.back()));
            leases.pop_back();
            continue;
        }
        const std::string resource = name + ' ' + std::to_string(i);
        auto lease = i % 2 == 0 ? pool.allocate("red", resource, {}) : pool.allocate_sticky("red", resource, {});
        if (!lease) {
            ++uses.refused;
            continue;
        }
        if (!pool.is_valid(lease.assume_value())) ++uses.invalid;
        uses.begin(lease.assume_value());
        leases.push_back(std::move(lease.assume_value()));
    }
    for (Lease<V4>& lease : leases) uses.end(std::move(lease));
}

BOOST_AUTO_TEST_CASE(threads_of_hosts_never_have_one_address_at_once) {
    auto terms = settings_of("").terms;
    terms.blocks = 16;
    Etcd etcd{terms};
    Uses uses;
    struct Told {
        std::atomic<int> gained{0}, other{0};
        static void hear(void* self, const HostEvent<V4>& event) noexcept {
            auto& told = *static_cast<Told*>(self);
            ++(event.kind == HostEvent<V4>::Kind::gained ? told.gained : told.other);
        }
    };
    std::array<Told, 3> told;
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < 3; ++i) {
        const std::string name = "host" + std::to_string(i);
        auto with = settings_of(name.c_str());
        with.observer = {&Told::hear, &told[i]};
        pools.push_back(Pool::open({}, Client{etcd, name}, with).value());
    }
    std::vector<std::thread> threads;
    std::atomic<bool> is_over{false};
    for (unsigned i = 0; i < 6; ++i) threads.emplace_back([&, i] { work(pools[i % 3], uses, i); });
    std::thread looks{[&] {
        while (!is_over) {
            for (Pool& pool : pools) {
                std::size_t blocks = 0;
                pool.for_each_block([&](const CidrRange<V4>&, std::uint64_t) { ++blocks; });
                if (blocks > 16 || pool.time_left().count() < 0) ++uses.invalid;
                static_cast<void>(pool.owner_of("10.0.0.7"_ip4));
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }};
    for (std::thread& each : threads) each.join();
    is_over = true;
    looks.join();
    BOOST_TEST(uses.twice == 0);
    BOOST_TEST(uses.invalid == 0);
    BOOST_TEST(uses.refused == 0);
    BOOST_TEST(uses.leased > 1000);
    for (std::size_t i = 0; i < 3; ++i) {
        BOOST_TEST(told[i].gained >= 1);
        BOOST_TEST(told[i].other == 0);
        pools[i].leave();
    }
    BOOST_TEST(etcd.store.records().empty());
}

BOOST_AUTO_TEST_CASE(a_name_whose_block_another_host_has_gets_another_address) {
    auto terms = settings_of("").terms;
    terms.blocks = 16;
    Etcd etcd{terms};
    Pool other = Pool::open({}, Client{etcd, "other"}, settings_of("other")).value();
    const auto taken = other.allocate_specific("10.0.0.21"_ip4, "red", "r", {}).value();
    auto pool = HostPool<V4, LeftStore, Client>::open({}, Client{etcd, "host"}, settings_of("host")).value();
    const auto lease = pool.allocate_sticky("red", "web", {}).value();
    BOOST_TEST(!"10.0.0.16/28"_cidr4.contains(lease.address()));
    BOOST_TEST((pool.allocate_sticky("red", "web", {}).value().address() == lease.address()));
}

}  // namespace
