// SPDX-License-Identifier: BSL-1.0
// Threads that lease, keep, renew, end and look on, in quarantine, while time passes and ranges come and go.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/random.hpp"
#include "pool/timed_pool.hpp"
#include "support/check.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using test::succeeds;
using test::Time;

/// Who has an address, and since when nobody has: wrong where two have it, or one before its time.
class Watch {
public:
    explicit Watch(std::chrono::nanoseconds quarantine) : quarantine_{quarantine.count()} {}
    void enter(std::size_t at) {
        if (taken_[at].exchange(true)) ++wrong;
        const std::int64_t since = given_[at].load();
        if (since != 0 && Time::nanoseconds() - since < quarantine_) ++wrong;
    }
    /// Before the address is given back.
    void leave(std::size_t at) {
        given_[at] = Time::nanoseconds();
        taken_[at] = false;
    }
    std::atomic<int> wrong{0};

private:
    std::int64_t quarantine_;
    std::vector<std::atomic<bool>> taken_ = std::vector<std::atomic<bool>>(65536);
    std::vector<std::atomic<std::int64_t>> given_ = std::vector<std::atomic<std::int64_t>>(65536);
};

template <class F, class Select>
void trade(std::vector<const char*> ranges, int operations) {
    constexpr auto wait = 20ms;
    IpPool<F, Select, Time> pool;
    Time::advance(1h);
    for (const char* const text : ranges) BOOST_TEST(succeeds(pool.add_cidr_range(text)));
    BOOST_TEST(succeeds(pool.set_quarantine(wait)));
    const auto before = pool.stats();
    Watch watch{wait};
    Random seeds;
    const std::uint64_t seed = seeds.number();
    std::vector<std::thread> threads;
    std::atomic<int> leased{0};
    for (unsigned i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            std::mt19937_64 random{seed + i};
            const std::string tenant = "tenant-" + std::to_string(i % 2);
            std::vector<Lease<F>> mine;
            std::vector<IpBinding<F>> kept;
            const auto number = [](const auto& of) {
                return static_cast<std::size_t>(of.address().bits().low() & 0xFFFF);
            };
            for (int k = 0; k < operations; ++k) {
                const auto what = random() % 16;
                if (what < 6) {
                    auto lease = pool.allocate(tenant, "r", {});
                    if (!lease) continue;
                    watch.enter(number(lease.assume_value()));
                    ++leased;
                    mine.push_back(std::move(lease).assume_value());
                } else if (what < 10 && !mine.empty()) {
                    std::swap(mine[random() % mine.size()], mine.back());
                    watch.leave(number(mine.back()));
                    mine.pop_back();
                } else if (what < 12 && !mine.empty()) {
                    // it may end at any moment from now on, in any thread: so it counts as given back
                    watch.leave(number(mine.back()));
                    auto binding = pool.keep(std::move(mine.back()), std::chrono::milliseconds{random() % 40});
                    mine.pop_back();
                    if (!binding) ++watch.wrong;
                    else kept.push_back(std::move(binding).assume_value());
                } else if (what < 13 && !kept.empty()) {
                    (void)pool.renew(kept[random() % kept.size()], std::chrono::milliseconds{random() % 40});
                } else if (what < 14 && !kept.empty()) {
                    (void)pool.release(kept.back());
                    kept.pop_back();
                } else if (what < 15) {
                    Time::advance(std::chrono::microseconds{random() % 500});
                    if (random() % 8 == 0) (void)pool.expire();
                    if (random() % 64 == 0) (void)pool.release_all(tenant);
                } else if (random() % 8 == 0) {
                    const PoolStats now = pool.stats();
                    if (now.capacity != before.capacity) ++watch.wrong;
                    if (now.capacity != now.in_use + now.held + now.free + now.cooling) ++watch.wrong;
                }
            }
            for (const auto& lease : mine) watch.leave(number(lease));
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(watch.wrong == 0);
    BOOST_TEST(leased > operations / 100);
    (void)pool.release_all("tenant-0");
    (void)pool.release_all("tenant-1");
    BOOST_TEST((pool.stats().in_use == Uint128{0}));
    Time::advance(1h);
    BOOST_TEST(pool.expire() == 0U);
    BOOST_TEST((pool.stats() == before));
}

BOOST_AUTO_TEST_SUITE(kept_in_threads)

BOOST_AUTO_TEST_CASE(no_address_is_leased_twice_or_early_and_none_is_lost) {
    trade<V4, NextFit>({"192.0.2.0/25", "192.0.2.128/26", "192.0.2.192/31"}, 10'000);
    trade<V4, LowestFirst>({"192.0.2.0/24"}, 10'000);
    trade<V4, LeastRecent>({"192.0.2.0/25", "192.0.2.128/26"}, 10'000);
    trade<V4, RandomStart>({"192.0.2.0/25", "192.0.2.128/26"}, 10'000);
}

BOOST_AUTO_TEST_CASE(no_address_of_a_sparse_range_is_leased_twice_or_early_and_none_is_lost) {
    trade<V6, NextFit>({"2001:db8::/120"}, 10'000);
    IpPool<V6, StickyHash, Time> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(pool.set_quarantine(20ms)));
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            std::mt19937_64 random{i};
            for (int k = 0; k < 5000; ++k) {
                const std::string resource = std::to_string(random() % 8);
                auto lease = pool.allocate("tenant", resource, {});
                if (!lease || lease.assume_value().resource() != resource) ++wrong;
                if (random() % 2 == 0 && lease) (void)pool.keep(std::move(lease).assume_value(), 5ms);
                Time::advance(100us);
                (void)pool.expire();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(wrong == 0);
    Time::advance(1h);
    (void)pool.expire();
    const auto stats = pool.stats();
    BOOST_TEST((stats.in_use == Uint128{0}));
    Time::advance(1h);
    BOOST_TEST((pool.stats().free == stats.capacity));
}

BOOST_AUTO_TEST_CASE(a_pool_ends_while_threads_share_what_it_keeps) {
    for (int round = 0; round < 200; ++round) {
        auto pool = std::make_unique<IpPool<V4, NextFit, Time>>();
        BOOST_REQUIRE(pool->add_cidr_range("192.0.2.0/28").has_value());
        std::vector<IpBinding<V4>> bindings;
        for (int i = 0; i < 6; ++i) bindings.push_back(pool->keep(pool->allocate("red", "r", {}).value(), 1h).value());
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back([&bindings] {
                for (const auto& binding : bindings) {
                    const auto shared = binding.share();
                    (void)binding.share();
                }
            });
        }
        pool.reset();
        for (auto& thread : threads) thread.join();
        for (const auto& binding : bindings) BOOST_REQUIRE(!binding.share().has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
