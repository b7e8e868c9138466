// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <estate/net/literals.hpp>
#include <estate/pool/ip_pool.hpp>
#include <estate/pool/static_ip_pool.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/random.hpp"
#include "support/check.hpp"

// Boost.Test is not thread-safe: threads count what is wrong, and the test looks at the sum.

namespace {
using namespace estate;
using test::succeeds;

/// Marks an address as in use; wrong when it was marked already.
class Owners {
public:
    explicit Owners(std::size_t addresses) : marks_(addresses) {}
    bool enter(std::size_t at) { return marks_[at].exchange(true, std::memory_order_relaxed); }
    void leave(std::size_t at) { marks_[at].store(false, std::memory_order_relaxed); }

private:
    std::vector<std::atomic<bool>> marks_;
};

template <class Lease>
void trade(std::uint64_t seed, int operations, Owners& owners, std::atomic<int>& wrong, auto&& allocate) {
    std::mt19937_64 random{seed};
    std::vector<Lease> mine;
    const auto drop = [&](std::size_t i) {
        std::swap(mine[i], mine.back());
        owners.leave(mine.back().address().bits().low() & 0xFF);
        mine.pop_back();
    };
    for (int i = 0; i < operations; ++i) {
        if (mine.size() < 100 && random() % 2 == 0) {
            auto lease = allocate();
            if (!lease) continue;
            if (owners.enter(lease.assume_value().address().bits().low() & 0xFF)) ++wrong;
            mine.push_back(std::move(lease).assume_value());
        } else if (!mine.empty()) {
            drop(random() % mine.size());
        }
    }
    while (!mine.empty()) drop(0);
}

void in_threads(int count, auto&& body) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&body, i] { body(i); });
    for (auto& thread : threads) thread.join();
}

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(a_spin_lock_waits_until_it_is_given_up) {
    SpinLock lock;
    std::atomic<bool> waits{false};
    std::atomic<bool> has_it{false};
    lock.lock();
    std::thread other([&] {
        waits = true;
        lock.lock();
        has_it = true;
        lock.unlock();
    });
    while (!waits) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    BOOST_TEST(!has_it);
    lock.unlock();
    other.join();
    BOOST_TEST(has_it);
}

BOOST_AUTO_TEST_CASE(no_address_is_leased_twice_and_none_is_lost) {
    Random random;
    const std::uint64_t seed = random.number();
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/25")));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.128/26")));
    const auto before = pool.stats();
    Owners owners{256};
    std::atomic<int> wrong{0};
    in_threads(4, [&](int i) {
        const std::string tenant = "tenant-" + std::to_string(i % 3);
        trade<Lease<V4>>(seed + static_cast<std::uint64_t>(i), 20'000, owners, wrong,
                         [&] { return pool.allocate(tenant, "resource", ResourceType::pod("p")); });
    });
    BOOST_TEST(wrong == 0);
    BOOST_TEST((pool.stats() == before));
}

BOOST_AUTO_TEST_CASE(no_address_of_a_static_pool_is_leased_twice_and_none_is_lost) {
    Random random;
    const std::uint64_t seed = random.number();
    static StaticIpPool<"192.0.2.0/25"_cidr4, "192.0.2.128/26"_cidr4> pool;
    const auto before = pool.stats();
    Owners owners{256};
    std::atomic<int> wrong{0};
    in_threads(3, [&](int i) {
        trade<decltype(pool)::lease>(seed + static_cast<std::uint64_t>(i), 10'000, owners, wrong,
                                     [&] { return pool.allocate("tenant", "resource", {}); });
    });
    BOOST_TEST(wrong == 0);
    BOOST_TEST((pool.stats() == before));
}

BOOST_AUTO_TEST_CASE(a_binding_shares_a_lease_that_is_ending_or_is_refused) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8:1::/126")));
    std::atomic<int> wrong{0};
    std::atomic<bool> done{false};
    in_threads(3, [&](int i) {
        if (i == 0) {
            for (int round = 0; round < 10'000; ++round) {
                auto lease = pool.allocate_specific(round % 2 == 0 ? "2001:db8::1"_ip6 : "2001:db8:1::1"_ip6, "owner",
                                                    std::to_string(round), {});
                if (lease && lease.assume_value().resource() != std::to_string(round)) ++wrong;
            }
            done = true;
            return;
        }
        while (!done) {
            for (const auto ip : {"2001:db8::1"_ip6, "2001:db8:1::1"_ip6}) {
                const auto binding = pool.get_binding(ip);
                if (!binding) continue;
                const auto lease = binding.assume_value().share();
                if (!lease) continue;
                if (lease.assume_value().resource() != binding.assume_value().resource() ||
                    lease.assume_value().address() != ip) {
                    ++wrong;
                }
            }
            pool.for_each_binding("owner", [&](const IpBinding<V6>& binding) {
                if (binding.tenant() != "owner") ++wrong;
            });
            pool.for_each_binding([&](const IpBinding<V6>& binding) {
                if (binding.tenant() != "owner") ++wrong;
            });
            if (pool.list_by_tenant("owner").size() > 2) ++wrong;
        }
    });
    BOOST_TEST(wrong == 0);
    BOOST_TEST((pool.stats().in_use == Uint128{0}));
}

BOOST_AUTO_TEST_CASE(leases_end_in_other_threads_while_the_pool_ends) {
    for (int round = 0; round < 200; ++round) {
        auto pool = std::make_unique<IpPool<V4>>();
        BOOST_REQUIRE(pool->add_cidr_range("192.0.2.0/28").has_value());
        std::vector<Lease<V4>> leases;
        std::vector<IpBinding<V4>> bindings;
        for (int i = 0; i < 3; ++i) {
            leases.push_back(pool->allocate("tenant", "r", {}).value());
            bindings.push_back(leases.back().binding());
        }
        std::atomic<int> wrong{0};
        in_threads(4, [&](int i) {
            const auto at = static_cast<std::size_t>(i);
            if (i == 3) {
                pool.reset();
                return;
            }
            std::move(leases[at]).release();
            if (bindings[at].share().has_value()) ++wrong;
        });
        BOOST_REQUIRE(wrong == 0);
    }
}

BOOST_AUTO_TEST_CASE(ranges_come_and_go_while_threads_lease) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    std::atomic<bool> done{false};
    std::atomic<int> wrong{0};
    in_threads(3, [&](int i) {
        if (i == 0) {
            for (int round = 0; round < 3000; ++round) {
                (void)pool.add_cidr_range("198.51.100.0/29");
                (void)pool.exclude("198.51.100.2"_ip4);
                (void)pool.drain("198.51.100.0/29");
                if (pool.stats().capacity < Uint128{14}) ++wrong;
            }
            done = true;
            return;
        }
        while (!done) {
            std::vector<Lease<V4>> mine;
            for (int k = 0; k < 12; ++k) {
                if (auto lease = pool.allocate("tenant", "r", {})) mine.push_back(std::move(lease).assume_value());
            }
        }
    });
    BOOST_TEST(wrong == 0);
    (void)pool.drain("198.51.100.0/29");
    BOOST_TEST((pool.stats() == PoolStats{14, 0, 0, 14}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
