// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <set>
#include <vector>

#include "pool/timed_pool.hpp"
#include "support/check.hpp"

namespace {
using namespace estate;
using namespace std::chrono_literals;
using test::fails_with;
using test::succeeds;
using test::take;
using test::Time;
using test::TimedPool;

/// The first time after its return, in steps of T / 8, at which allocate_specific() gives it again.
template <class F, class Select>
int eighths_until_it_comes_back(TimedPool<F, Select>& pool, const IpAddress<F>& ip) {
    for (int eighths = 0; eighths < 64; ++eighths) {
        if (pool.allocate_specific(ip, "tenant", "again", {})) return eighths;
        Time::advance(1s);
    }
    return 64;
}

BOOST_AUTO_TEST_SUITE(quarantine)

template <class F, class Select>
void waits_between_once_and_twice(const char* range) {
    BOOST_TEST_CONTEXT(range) {
        // each begins another part of an eighth after the batch that is open
        for (int offset = 0; offset < 8; ++offset) {
            TimedPool<F, Select> pool;
            BOOST_TEST(succeeds(pool.add_cidr_range(range)));
            BOOST_TEST(succeeds(pool.set_quarantine(8s)));
            (void)take(pool).value();  // opens a batch
            auto lease = take(pool).value();
            Time::advance(std::chrono::seconds{offset});
            const auto ip = lease.address();
            std::move(lease).release();
            const int eighths = eighths_until_it_comes_back(pool, ip);
            BOOST_TEST(eighths >= 8);
            BOOST_TEST(eighths <= 16);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_address_waits_at_least_the_time_and_at_most_twice_the_time) {
    waits_between_once_and_twice<V4, NextFit>("192.0.2.0/24");
    waits_between_once_and_twice<V4, LowestFirst>("10.0.0.0/14");
    waits_between_once_and_twice<V4, LeastRecent>("192.0.2.0/24");
    waits_between_once_and_twice<V6, NextFit>("2001:db8::/64");
    waits_between_once_and_twice<V6, LeastRecent>("2001:db8::/64");
    waits_between_once_and_twice<V6, StickyHash>("2001:db8::/120");
}

BOOST_AUTO_TEST_CASE(a_pool_whose_free_addresses_all_wait_says_that_it_is_cooling) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/30")));
    BOOST_TEST(succeeds(pool.set_quarantine(10s)));
    const auto one = take(pool).value();
    auto two = take(pool).value();
    BOOST_TEST(fails_with(take(pool), errc::pool_exhausted));
    std::move(two).release();
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
    BOOST_TEST((pool.stats() == PoolStats{2, 1, 0, 0, 1}));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.2"_ip4, "tenant", "r", {}), errc::address_cooling));
    BOOST_TEST(fails_with(pool.allocate_specific(one.address(), "tenant", "r", {}), errc::address_leased));
    BOOST_TEST(fails_with(pool.get_binding("192.0.2.2"_ip4), errc::not_leased));
    Time::advance(10s - 1ns);
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
    Time::advance(1ns);  // alone in its batch
    BOOST_TEST((pool.stats() == PoolStats{2, 1, 0, 1, 0}));
    BOOST_TEST(succeeds(take(pool)));
}

BOOST_AUTO_TEST_CASE(a_pool_may_lease_what_has_waited_longest_instead) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/30")));
    BOOST_TEST(succeeds(pool.set_quarantine(10s, WhenCooling::take_oldest)));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 8; ++i) leases.push_back(take(pool).value());
    const auto oldest = leases[7].address();
    std::move(leases[7]).release();  // of the second range, and first
    Time::advance(1s);
    std::move(leases[3]).release();
    BOOST_TEST(take(pool).value().address() == oldest);
}

BOOST_AUTO_TEST_CASE(least_recent_takes_the_oldest_to_the_address) {
    TimedPool<V4, LeastRecent> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/28")));
    BOOST_TEST(succeeds(pool.set_quarantine(10s, WhenCooling::take_oldest)));
    std::vector<Lease<V4>> leases;
    std::vector<Ipv4Address> order;
    for (int i = 0; i < 14; ++i) leases.push_back(take(pool).value());
    for (const std::size_t i : {5U, 2U, 9U, 0U, 13U}) {
        order.push_back(leases[i].address());
        std::move(leases[i]).release();
        Time::advance(1s);
    }
    for (const auto& expected : order) {
        leases.push_back(take(pool).value());
        BOOST_TEST(leases.back().address() == expected);
    }
    BOOST_TEST(fails_with(take(pool), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(the_end_of_quarantine_frees_what_waits) {
    for (const char* const text : {"2001:db8::/120", "2001:db8::/64"}) {
        TimedPool<V6> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
        const auto all = pool.stats();
        BOOST_TEST(succeeds(pool.set_quarantine(1h)));
        std::vector<Lease<V6>> leases;
        for (int i = 0; i < 200; ++i) leases.push_back(take(pool).value());
        leases.clear();
        BOOST_TEST((pool.stats().cooling == Uint128{200}));
        BOOST_TEST(succeeds(pool.set_quarantine(0s)));
        BOOST_TEST((pool.stats() == all));
        BOOST_TEST(succeeds(pool.set_quarantine(1h)));  // what is free now does not wait
        BOOST_TEST((pool.stats() == all));
    }
}

BOOST_AUTO_TEST_CASE(a_shorter_quarantine_counts_for_what_waits_already) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/32")));
    BOOST_TEST(succeeds(pool.set_quarantine(1h)));
    (void)take(pool).value();
    Time::advance(10s);
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
    BOOST_TEST(succeeds(pool.set_quarantine(5s)));
    BOOST_TEST(succeeds(take(pool)));
}

BOOST_AUTO_TEST_CASE(a_longer_quarantine_counts_for_what_waits_already) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/32")));
    BOOST_TEST(succeeds(pool.set_quarantine(5s)));
    (void)take(pool).value();
    BOOST_TEST(succeeds(pool.set_quarantine(1h)));
    Time::advance(10s);
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
    Time::advance(1h);
    BOOST_TEST(succeeds(take(pool)));
}

BOOST_AUTO_TEST_CASE(a_negative_quarantine_is_refused_and_changes_nothing) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/32")));
    BOOST_TEST(succeeds(pool.set_quarantine(5s)));
    BOOST_TEST(fails_with(pool.set_quarantine(-1ns), errc::invalid_argument));
    (void)take(pool).value();
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
}

BOOST_AUTO_TEST_CASE(the_longest_quarantine_lasts) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/32")));
    BOOST_TEST(succeeds(pool.set_quarantine(std::chrono::nanoseconds::max())));
    (void)take(pool).value();
    Time::advance(24h * 365);
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
}

BOOST_AUTO_TEST_CASE(a_range_that_is_added_during_a_quarantine_is_free_and_cools_too) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.set_quarantine(5s)));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/32")));
    BOOST_TEST(succeeds(take(pool)));
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.7/32")));
    BOOST_TEST(take(pool).value().address() == "198.51.100.7"_ip4);
    BOOST_TEST(fails_with(take(pool), errc::pool_cooling));
}

BOOST_AUTO_TEST_CASE(what_waits_in_a_range_that_drains_is_held_until_it_goes) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.set_quarantine(5s, WhenCooling::take_oldest)));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    auto stays = take(pool).value();
    (void)take(pool).value();
    BOOST_TEST(succeeds(pool.drain("192.0.2.0/29")));
    BOOST_TEST((pool.stats() == PoolStats{6, 1, 5, 0, 0}));
    BOOST_TEST(fails_with(take(pool), errc::pool_exhausted));
    std::move(stays).release();
    BOOST_TEST((pool.stats() == PoolStats{6, 0, 6, 0, 0}));
    BOOST_TEST(fails_with(pool.add_cidr_range("192.0.2.0/29"), errc::range_overlaps));
    Time::advance(5s - 1ns);
    BOOST_TEST(pool.contains("192.0.2.1"_ip4));
    Time::advance(1ns);
    BOOST_TEST(!pool.contains("192.0.2.1"_ip4));
    BOOST_TEST((pool.stats() == PoolStats{}));
}

BOOST_AUTO_TEST_CASE(an_address_that_waits_can_be_reserved) {
    for (const char* const text : {"2001:db8::/120", "2001:db8::/64"}) {
        TimedPool<V6> pool;
        BOOST_TEST(succeeds(pool.set_quarantine(5s)));
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
        const auto ip = take(pool).value().address();
        const auto capacity = pool.stats().capacity;
        BOOST_TEST(succeeds(pool.reserve(ip)));
        BOOST_TEST((pool.stats() == PoolStats{capacity, 0, 1, capacity - Uint128{1}, 0}));
        Time::advance(10s);
        BOOST_TEST(fails_with(pool.allocate_specific(ip, "tenant", "r", {}), errc::address_held));
        BOOST_TEST(succeeds(pool.unreserve(ip)));
        Time::advance(10s);
        BOOST_TEST(succeeds(pool.allocate_specific(ip, "tenant", "r", {})));
    }
}

BOOST_AUTO_TEST_CASE(all_that_returned_at_one_moment_comes_back_together) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    BOOST_TEST(succeeds(pool.set_quarantine(5s)));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 65534; ++i) leases.push_back(take(pool).value());
    leases.clear();
    BOOST_TEST((pool.stats().cooling == Uint128{65534}));
    Time::advance(5s);
    std::set<Ipv4Address> seen;
    for (int i = 0; i < 65534; ++i) {
        leases.push_back(take(pool).value());
        seen.insert(leases.back().address());
    }
    BOOST_TEST(seen.size() == 65534U);
}

BOOST_AUTO_TEST_CASE(steady_traffic_in_quarantine_never_stops) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    BOOST_TEST(succeeds(pool.set_quarantine(100s)));
    for (int i = 0; i < 20'000; ++i) {  // one a second: at most 200 wait
        BOOST_REQUIRE(take(pool).has_value());
        Time::advance(1s);
    }
}

BOOST_AUTO_TEST_CASE(a_reservation_in_between_does_not_shorten_quarantine) {
    for (const bool held_first : {false, true}) {
        IpPool<V4, NextFit, Time> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
        BOOST_TEST(succeeds(pool.set_quarantine(1h)));
        auto lease = take(pool).value();
        const auto ip = lease.address();
        if (held_first) BOOST_TEST(succeeds(pool.exclude(ip)));
        std::move(lease).release();
        BOOST_TEST(succeeds(pool.exclude(ip)));
        BOOST_TEST(succeeds(pool.unreserve(ip)));
        BOOST_TEST(fails_with(pool.allocate_specific(ip, "tenant", "r", {}), errc::address_cooling));
    }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
