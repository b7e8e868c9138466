// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "pool/timed_pool.hpp"
#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;
using test::Time;

/// 14 usable addresses.
std::unique_ptr<IpPool<V4>> small() {
    auto pool = std::make_unique<IpPool<V4>>("magazines");
    BOOST_TEST_REQUIRE(succeeds(pool->add_cidr_range("192.0.2.0/28")));
    return pool;
}

BOOST_AUTO_TEST_SUITE(magazines)

BOOST_AUTO_TEST_CASE(a_lease_of_a_magazine_is_a_lease_of_the_pool) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 4).value();
    const auto lease = magazine.allocate("web", ResourceType::vm("a")).value();
    BOOST_TEST(lease.tenant() == "red");
    BOOST_TEST(lease.resource() == "web");
    BOOST_TEST((lease.resource_type() == ResourceType::vm("a")));
    const auto binding = pool->get_binding(lease.address()).value();
    BOOST_TEST((binding == lease.binding()));
    BOOST_TEST(binding.share().value().address() == lease.address());
}

BOOST_AUTO_TEST_CASE(what_comes_back_is_leased_again_with_another_generation) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 4).value();
    auto first = magazine.allocate("web", {}).value();
    const auto address = first.address();
    const auto stale = first.binding();
    std::move(first).release();
    BOOST_TEST(fails_with(pool->get_binding(address), errc::not_leased));
    BOOST_TEST(fails_with(stale.share(), errc::stale_binding));
    const auto second = magazine.allocate("db", {}).value();
    BOOST_TEST(second.address() == address);
    BOOST_TEST(second.generation() != stale.generation());
    BOOST_TEST(fails_with(stale.share(), errc::stale_binding));
    BOOST_TEST(second.resource() == "db");
}

BOOST_AUTO_TEST_CASE(what_waits_is_in_nobodys_list_and_counts_for_the_tenant) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 4).value();
    const auto lease = magazine.allocate("web", {}).value();
    BOOST_TEST(pool->stats("red").in_use == 3U);  // half the room, and the one
    BOOST_TEST(pool->list_by_tenant("red").size() == 1U);
    int seen = 0;
    pool->for_each_binding([&](const auto&) { ++seen; });
    BOOST_TEST(seen == 1);
}

BOOST_AUTO_TEST_CASE(the_pool_calls_in_what_waits_before_it_is_exhausted) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 14).value();
    auto lease = magazine.allocate("web", {}).value();
    std::vector<Lease<V4>> others;
    for (int i = 0; i < 13; ++i) others.push_back(pool->allocate("blue", "web", {}).value());
    BOOST_TEST(fails_with(pool->allocate("blue", "web", {}), errc::pool_exhausted));
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::pool_exhausted));
    std::move(lease).release();
    BOOST_TEST(pool->allocate("blue", "web", {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_full_magazine_gives_the_rest_to_the_pool) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 1).value();
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 5; ++i) leases.push_back(magazine.allocate("web", {}).value());
    leases.clear();
    BOOST_TEST(pool->stats("red").in_use == 1U);
}

BOOST_AUTO_TEST_CASE(a_quota_bounds_a_magazine) {
    const auto pool = small();
    BOOST_TEST(succeeds(pool->set_quota("red", 2)));
    auto magazine = pool->magazine("red", 8).value();
    const auto first = magazine.allocate("web", {}).value();
    const auto second = magazine.allocate("web", {}).value();
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::quota_exceeded));
}

BOOST_AUTO_TEST_CASE(leases_outlive_their_magazine_and_both_outlive_the_pool) {
    auto pool = small();
    std::optional<Lease<V4>> lease;
    {
        auto magazine = pool->magazine("red", 8).value();
        lease = magazine.allocate("web", {}).value();
    }
    BOOST_TEST(pool->stats("red").in_use == 1U);
    auto magazine = pool->magazine("blue", 8).value();
    auto other = magazine.allocate("web", {}).value();
    pool.reset();
    BOOST_TEST(other.tenant() == "blue");
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::pool_exhausted));
    std::move(other).release();
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::pool_exhausted));
    auto moved = std::move(magazine);
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::moved_from));  // NOLINT(bugprone-use-after-move)
    lease.reset();
}

BOOST_AUTO_TEST_CASE(a_kept_lease_of_a_magazine_ends_with_its_pool) {
    auto pool = small();
    auto magazine = pool->magazine("red", 8).value();
    BOOST_TEST(pool->keep(magazine.allocate("web", {}).value()).has_value());
    BOOST_TEST(pool->release_all("red") == 1U);
    BOOST_TEST(pool->keep(magazine.allocate("web", {}).value()).has_value());
    pool.reset();
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(names_and_rooms_that_are_none_are_refused) {
    const auto pool = small();
    BOOST_TEST(fails_with(pool->magazine("", 8), errc::malformed_name));
    BOOST_TEST(fails_with(pool->magazine("red", 0), errc::invalid_argument));
    auto magazine = pool->magazine("red").value();
    BOOST_TEST(fails_with(magazine.allocate("", {}), errc::malformed_name));
    BOOST_TEST(fails_with(magazine.allocate(std::string(64, 'x'), {}), errc::malformed_name));
}

BOOST_AUTO_TEST_CASE(an_observer_hears_of_leases_of_a_magazine) {
    const auto pool = small();
    std::vector<PoolEvent<V4>> heard;
    pool->observe({[](void* context, const PoolEvent<V4>& event) noexcept {
                       static_cast<std::vector<PoolEvent<V4>>*>(context)->push_back(event);
                   },
                   &heard});
    auto magazine = pool->magazine("red", 4).value();
    auto lease = magazine.allocate("web", {}).value();
    const auto generation = lease.generation();
    std::move(lease).release();
    BOOST_TEST_REQUIRE(heard.size() == 2U);
    BOOST_TEST((heard[0].kind == PoolEvent<V4>::Kind::allocated && heard[1].kind == PoolEvent<V4>::Kind::released));
    BOOST_TEST((heard[0].generation == generation && heard[1].generation == generation));
    BOOST_TEST(heard[0].owner.resource().view() == "web");
}

void hear_nothing(void*, const PoolEvent<V4>&) noexcept {}

BOOST_AUTO_TEST_CASE(a_lease_comes_back_while_its_magazine_ends_and_is_told) {
    const auto pool = small();
    pool->observe({&hear_nothing, nullptr});
    for (int i = 0; i < 300; ++i) {
        std::optional<Magazine<V4>> magazine{pool->magazine("red", 4).value()};
        std::optional<Lease<V4>> lease{magazine->allocate("web", {}).value()};
        std::atomic<int> ready{0};
        const auto together = [&ready] {
            ++ready;
            while (ready != 2) {
            }
        };
        std::thread other{[&] {
            together();
            lease.reset();
        }};
        together();
        magazine.reset();
        other.join();
    }
    BOOST_TEST((pool->stats().in_use == Uint128{0}));
}

BOOST_AUTO_TEST_CASE(threads_with_magazines_never_get_one_address_twice_and_lose_none) {
    IpPool<V4> pool{"threads"};
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("10.0.0.0/26")));  // small, so that magazines are called in
    std::vector<std::atomic<int>> holders(64);
    std::atomic<int> twice{0};
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            auto magazine = pool.magazine("tenant-" + std::to_string(thread % 2), 16).value();
            std::vector<Lease<V4>> mine;
            unsigned random = 77U + static_cast<unsigned>(thread);
            for (int i = 0; i < 20000; ++i) {
                random = random * 1664525U + 1013904223U;
                if (random >> 31 == 0 && mine.size() < 20) {
                    auto made = random % 8 == 0 ? pool.allocate("direct", "x", {}) : magazine.allocate("x", {});
                    if (!made) continue;
                    if (holders[made.value().address().bits().low() % 64].fetch_add(1) != 0) ++twice;
                    mine.push_back(std::move(made).value());
                } else if (!mine.empty()) {
                    std::swap(mine[random % mine.size()], mine.back());
                    holders[mine.back().address().bits().low() % 64].fetch_sub(1);
                    mine.pop_back();
                }
            }
            for (const auto& lease : mine) holders[lease.address().bits().low() % 64].fetch_sub(1);
        });
    }
    std::thread reader{[&] {  // readers meet slots that magazines lease again
        std::size_t seen = 0;
        while (!done) {
            for (unsigned i = 1; i < 63; ++i) {
                const auto binding = pool.get_binding(Ipv4Address::from_bits(Uint128{0x0A000000U + i}));
                if (binding) seen += binding.value().resource().size() + (binding.value().share() ? 1U : 0U);
            }
            seen += pool.list_by_tenant("tenant-0").size();
            pool.for_each_binding([&](const auto& each) { seen += each.tenant().size(); });
        }
        BOOST_TEST_MESSAGE("seen " << seen);
    }};
    for (auto& thread : threads) thread.join();
    done = true;
    reader.join();
    BOOST_TEST(twice == 0);
    BOOST_TEST((pool.stats() == PoolStats{Uint128{62}, Uint128{}, Uint128{}, Uint128{62}}));
    std::set<Ipv4Address> all;
    std::vector<Lease<V4>> leases;
    while (auto made = pool.allocate("all", "x", {})) {
        all.insert(made.value().address());
        leases.push_back(std::move(made).value());
    }
    BOOST_TEST(all.size() == 62U);
}

/// Counts what it hears of each kind.
struct Counting {
    std::map<PoolEvent<V4>::Kind, int> heard;
    PoolObserver<V4> observer() {
        return {[](void* context, const PoolEvent<V4>& event) noexcept {
                    ++static_cast<Counting*>(context)->heard[event.kind];
                },
                this};
    }
};
using Kind = PoolEvent<V4>::Kind;

BOOST_AUTO_TEST_CASE(a_magazine_tells_whom_the_pool_tells) {
    const auto pool = small();
    auto before = std::make_unique<Counting>();
    pool->observe(before->observer());
    auto magazine = pool->magazine("red", 4).value();
    Counting after;
    pool->observe(after.observer());
    { const auto lease = magazine.allocate("web", {}).value(); }
    BOOST_TEST(before->heard.empty());
    BOOST_TEST(after.heard[Kind::allocated] == 1);
    BOOST_TEST(after.heard[Kind::released] == 1);
    pool->observe({});
    before.reset();
    { const auto lease = magazine.allocate("web", {}).value(); }
    BOOST_TEST(after.heard[Kind::allocated] == 1);
}

BOOST_AUTO_TEST_CASE(a_magazine_tells_of_a_refusal) {
    const auto pool = small();
    Counting counting;
    pool->observe(counting.observer());
    auto magazine = pool->magazine("red", 4).value();
    BOOST_TEST(succeeds(pool->set_quota("red", 0)));
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::quota_exceeded));
    BOOST_TEST(counting.heard[Kind::refused] == 1);
}

BOOST_AUTO_TEST_CASE(magazines_use_few_generations) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 4).value();
    std::uint64_t last = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto lease = magazine.allocate("web", {}).value();
        BOOST_TEST_REQUIRE(lease.generation() > last);
        last = lease.generation();
    }
    BOOST_TEST(last < 100'000U);
    for (int i = 0; i < 1000; ++i) static_cast<void>(pool->magazine("red", 4).value());
    const auto lease = pool->allocate("red", "web", {}).value();
    BOOST_TEST(lease.generation() < 100'000U);
}

BOOST_AUTO_TEST_CASE(a_magazine_leases_nothing_from_a_range_that_is_drained) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 8).value();
    std::optional<Lease<V4>> lease = magazine.allocate("web", {}).value();
    BOOST_TEST(succeeds(pool->drain("192.0.2.0/28")));
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::pool_exhausted));
    BOOST_TEST(pool->contains(lease->address()));
    const auto address = lease->address();
    lease.reset();
    BOOST_TEST(!pool->contains(address));
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(a_magazine_leases_nothing_that_is_excluded) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 14).value();
    std::optional<Lease<V4>> lease = magazine.allocate("web", {}).value();
    const auto excluded = lease->address();
    BOOST_TEST(succeeds(pool->exclude(excluded)));
    lease.reset();
    std::vector<Lease<V4>> all;
    for (auto next = magazine.allocate("web", {}); next; next = magazine.allocate("web", {})) {
        BOOST_TEST(next.assume_value().address() != excluded);
        all.push_back(std::move(next).assume_value());
    }
    BOOST_TEST(all.size() == 13U);
}

BOOST_AUTO_TEST_CASE(what_waits_is_nobodys_when_a_range_changes) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 14).value();
    const auto address = magazine.allocate("web", {}).value().address();
    BOOST_TEST(pool->stats("red").in_use > 0U);
    BOOST_TEST(pool->allocate_specific(address, "blue", "web", {}).has_value());
    { const auto again = magazine.allocate("web", {}).value(); }
    BOOST_TEST(succeeds(pool->reserve(address)));
    { const auto again = magazine.allocate("web", {}).value(); }
    BOOST_TEST(succeeds(pool->unreserve(address)));
    { const auto again = magazine.allocate("web", {}).value(); }
    BOOST_TEST(succeeds(pool->set_gateway(address)));
    { const auto again = magazine.allocate("web", {}).value(); }
    BOOST_TEST(succeeds(pool->remove_cidr_range("192.0.2.0/28")));
}

BOOST_AUTO_TEST_CASE(what_waits_does_not_use_the_quota_up) {
    const auto pool = small();
    BOOST_TEST(succeeds(pool->set_quota("red", 10)));
    auto magazine = pool->magazine("red", 14).value();
    auto other = pool->magazine("red", 14).value();
    const auto first = magazine.allocate("web", {}).value();
    const auto second = other.allocate("web", {}).value();
    BOOST_TEST(pool->allocate_many(8, "red", "web", {}).value().size() == 8U);
    const auto third = pool->allocate("red", "web", {}).value();
    BOOST_TEST(succeeds(pool->set_quota("red", 3)));
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::quota_exceeded));
    BOOST_TEST(fails_with(pool->allocate("red", "web", {}), errc::quota_exceeded));
}

BOOST_AUTO_TEST_CASE(a_quota_is_told_before_a_full_pool) {
    const auto pool = small();
    std::vector<Lease<V4>> all;
    for (int i = 0; i < 14; ++i) all.push_back(pool->allocate("red", "web", {}).value());
    BOOST_TEST(succeeds(pool->set_quota("red", 14)));
    BOOST_TEST(fails_with(pool->allocate("red", "web", {}), errc::quota_exceeded));
    BOOST_TEST(fails_with(pool->allocate("blue", "web", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(a_magazine_ends_kept_leases_whose_time_has_come) {
    IpPool<V4, NextFit, Time> pool("magazines");
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/31")));
    auto magazine = pool.magazine("red", 4).value();
    const auto one = pool.allocate("red", "web", {}).value();
    BOOST_TEST(pool.keep(pool.allocate("red", "web", {}).value(), std::chrono::seconds(10)).has_value());
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::pool_exhausted));
    Time::advance(std::chrono::seconds(11));
    BOOST_TEST(magazine.allocate("web", {}).has_value());
}

BOOST_AUTO_TEST_CASE(threads_lease_from_magazines_while_the_pool_changes) {
    IpPool<V4> pool("magazines");
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::array<std::atomic<bool>, 256> taken{};
    std::atomic<int> clashes = 0;
    std::atomic<std::uint64_t> heard = 0;
    std::atomic<bool> is_over = false;
    const auto work = [&](const char* tenant) {
        auto magazine = pool.magazine(tenant, 16).value();
        while (!is_over) {
            const auto lease = magazine.allocate("web", {});
            if (!lease) continue;
            auto& mine = taken[lease.assume_value().address().to_uint() & 255U];
            clashes += mine.exchange(true) ? 1 : 0;
            mine = false;
        }
    };
    std::thread red(work, "red");
    std::thread blue(work, "blue");
    const PoolObserver<V4> observer{[](void* count, const PoolEvent<V4>&) noexcept {
                                        ++*static_cast<std::atomic<std::uint64_t>*>(count);
                                    },
                                    &heard};
    const auto part = "192.0.2.0/26"_cidr4;
    for (int i = 0; i < 300; ++i) {
        pool.observe(i % 2 == 0 ? observer : PoolObserver<V4>{});
        BOOST_TEST_REQUIRE(succeeds(pool.exclude(part)));
        BOOST_TEST_REQUIRE(succeeds(pool.set_quota("red", i % 3 == 0 ? 0 : pool.no_quota)));
        BOOST_TEST_REQUIRE(succeeds(pool.unreserve(part)));
        static_cast<void>(pool.allocate_specific("192.0.2.70"_ip4, "green", "web", {}));
        std::this_thread::yield();
    }
    BOOST_TEST(succeeds(pool.drain("192.0.2.0/24")));
    is_over = true;
    red.join();
    blue.join();
    BOOST_TEST(clashes == 0);
    BOOST_TEST(heard > 0U);
    BOOST_TEST(!pool.contains("192.0.2.1"_ip4));
    BOOST_TEST((pool.stats().in_use == Uint128{0U}));
}

BOOST_AUTO_TEST_CASE(a_magazine_that_is_replaced_returns_what_waits_in_it) {
    IpPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    auto magazine = pool.magazine("red", 8).value();
    static_cast<void>(magazine.allocate("web", {}).value());
    auto other = pool.magazine("blue", 8).value();
    static_cast<void>(other.allocate("web", {}).value());
    BOOST_TEST(pool.stats("red").in_use == 5U);
    BOOST_TEST(pool.stats("blue").in_use == 5U);

    auto& same = magazine;
    magazine = std::move(same);  // keeps what it has
    BOOST_TEST(pool.stats("red").in_use == 5U);
    magazine = std::move(other);
    BOOST_TEST(pool.stats("red").in_use == 0U);
    BOOST_TEST(pool.stats("blue").in_use == 5U);
    BOOST_TEST(magazine.allocate("web", {}).value().tenant() == "blue");
    BOOST_TEST(fails_with(other.allocate("web", {}), errc::moved_from));
}

BOOST_AUTO_TEST_CASE(what_waits_is_reserved_and_what_is_leased_is_not) {
    const auto pool = small();
    auto magazine = pool->magazine("red", 14).value();
    auto lease = magazine.allocate("web", {}).value();
    BOOST_TEST(pool->stats("red").in_use == 8U);
    BOOST_TEST(fails_with(pool->reserve("192.0.2.0/28"_cidr4), errc::address_leased));
    BOOST_TEST(pool->stats("red").in_use == 1U);
    std::move(lease).release();
    BOOST_TEST(pool->stats("red").in_use == 1U);  // it waits
    BOOST_TEST(succeeds(pool->reserve("192.0.2.0/28"_cidr4)));
    BOOST_TEST((pool->stats() == PoolStats{14, 0, 14, 0}));
    BOOST_TEST(fails_with(magazine.allocate("web", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(what_waits_returns_before_a_quota_or_a_quarantine_refuses_and_for_no_other_reason) {
    test::TimedPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    BOOST_TEST(succeeds(pool.set_quota("red", 4)));
    auto magazine = pool.magazine("red", 4).value();
    { const auto waiting = magazine.allocate("web", {}).value(); }
    const auto one = pool.allocate("red", "web", {}).value();
    BOOST_TEST(pool.stats("red").in_use == 4U);  // three of which wait
    BOOST_TEST(fails_with(pool.allocate_specific(one.address(), "blue", "web", {}), errc::address_leased));
    BOOST_TEST(succeeds(pool.set_quota("blue", 0)));
    BOOST_TEST(fails_with(pool.allocate("blue", "web", {}), errc::quota_exceeded));
    BOOST_TEST(pool.stats("red").in_use == 4U);
    const auto two = pool.allocate("red", "web", {}).value();
    BOOST_TEST(pool.stats("red").in_use == 2U);

    BOOST_TEST(succeeds(pool.set_quarantine(std::chrono::hours{1})));
    { const auto waiting = magazine.allocate("web", {}).value(); }
    BOOST_TEST(pool.stats("red").in_use == 4U);
    BOOST_TEST(succeeds(pool.allocate("green", "web", {})));
    const auto last = pool.allocate("green", "web", {}).value();
    BOOST_TEST(fails_with(pool.allocate("green", "web", {}), errc::pool_cooling));
    BOOST_TEST((pool.stats() == PoolStats{6, 3, 0, 0, 3}));
}

BOOST_AUTO_TEST_CASE(what_waits_of_any_part_of_a_range_that_grew_is_nobodys_when_the_range_changes) {
    const auto range = "192.0.2.0/28"_cidr4;
    for (const bool goes : {false, true}) {
        IpPool<V4> pool;
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.4/30", Usable::all)));
        BOOST_TEST_REQUIRE(succeeds(pool.grow("192.0.2.4/30"_cidr4, range, Usable::all)));  // of three parts
        auto magazine = pool.magazine("red", 30).value();
        { const auto waiting = magazine.allocate("web", {}).value(); }
        BOOST_TEST((pool.stats() == PoolStats{16, 16, 0, 0}));
        BOOST_TEST(succeeds(goes ? pool.remove_cidr_range(range) : pool.exclude(range)));
        BOOST_TEST((pool.stats() == (goes ? PoolStats{} : PoolStats{16, 0, 16, 0})));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
