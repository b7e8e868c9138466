// SPDX-License-Identifier: BSL-1.0
// Addresses that were kept back and wait now: what can be had of them meanwhile, and when.
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
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

BOOST_AUTO_TEST_SUITE(waiting)

BOOST_AUTO_TEST_CASE(an_address_that_has_waited_can_be_had_before_all_that_waited_with_it_is_opened) {
    TimedPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(1h)));
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("10.0.0.0/8")));
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("10.0.0.0/9"_cidr4)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("10.0.0.0/9"_cidr4)));
    BOOST_TEST_REQUIRE(succeeds(pool.set_gateway("10.126.0.1"_ip4)));  // of what waits
    BOOST_TEST(fails_with(pool.allocate_specific("10.127.0.1"_ip4, "red", "web", {}), errc::address_cooling));
    Time::advance(1h);
    BOOST_TEST(succeeds(pool.allocate_specific("10.127.0.1"_ip4, "red", "web", {})));
    BOOST_TEST(fails_with(pool.allocate_specific("10.126.0.1"_ip4, "red", "web", {}), errc::address_held));
    BOOST_TEST((pool.stats().cooling == Uint128{1}));  // the one that was given back
    BOOST_TEST((pool.stats().held == Uint128{1}));
}

BOOST_AUTO_TEST_CASE(what_is_taken_before_its_time_is_found_behind_many_that_somebody_has) {
    TimedPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(1h, WhenCooling::take_oldest)));
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 253; ++i) leases.push_back(take(pool).value());
    for (const auto& lease : leases) {
        BOOST_TEST_REQUIRE(succeeds(pool.exclude(lease.address())));
        BOOST_TEST_REQUIRE(succeeds(pool.unreserve(lease.address())));
    }
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("192.0.2.254"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("192.0.2.254"_ip4)));
    const auto last = take(pool);
    BOOST_TEST_REQUIRE(succeeds(last));
    BOOST_TEST(last.assume_value().address() == "192.0.2.254"_ip4);
    BOOST_TEST(fails_with(take(pool), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(a_gateway_among_what_waits_is_not_taken_before_its_time) {
    TimedPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(1h, WhenCooling::take_oldest)));
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/30")));
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("192.0.2.0/30"_cidr4)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("192.0.2.0/30"_cidr4)));
    BOOST_TEST_REQUIRE(succeeds(pool.set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST((pool.stats() == PoolStats{2, 0, 1, 0, 1}));
    const auto lease = take(pool);
    BOOST_TEST_REQUIRE(succeeds(lease));
    BOOST_TEST(lease.assume_value().address() == "192.0.2.2"_ip4);
    BOOST_TEST(fails_with(take(pool), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(an_address_that_waits_and_becomes_the_network_address_is_not_leased) {
    TimedPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.set_quarantine(1h)));
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/31")));
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("192.0.2.0"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("192.0.2.0"_ip4)));
    BOOST_TEST_REQUIRE(succeeds(pool.grow("192.0.2.0/31", "192.0.2.0/30")));
    BOOST_TEST((pool.stats().cooling == Uint128{0}));
    Time::advance(1h);
    BOOST_TEST((pool.stats().free == Uint128{2}));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0"_ip4, "red", "web", {}), errc::address_held));
}

BOOST_AUTO_TEST_CASE(one_range_that_has_nothing_to_give_says_so) {
    TimedPool<V6> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST_REQUIRE(succeeds(pool.reserve("2001:db8::/64"_cidr6)));
    BOOST_TEST(fails_with(pool.allocate_from("2001:db8::/64"_cidr6, "red", "web", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(a_lease_from_a_range_that_grew_is_one_lease) {
    TimedPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.64/26")));
    BOOST_TEST_REQUIRE(succeeds(pool.grow("192.0.2.64/26", "192.0.2.0/24")));
    const auto lease = pool.allocate_from("192.0.2.0/24"_cidr4, "red", "web", {});
    BOOST_TEST_REQUIRE(succeeds(lease));
    BOOST_TEST(lease.assume_value().address() == "192.0.2.1"_ip4);
    BOOST_TEST((pool.stats().free == Uint128{253}));
}

BOOST_AUTO_TEST_CASE(the_last_addresses_of_the_largest_range_are_held_unless_they_are_leased) {
    TimedPool<V4> pool;
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("0.0.0.0/0"_cidr4, Usable::all)));
    BOOST_TEST(succeeds(pool.reserve("255.255.255.254/31"_cidr4)));  // nobody ever had one of the last thousand
    BOOST_TEST(succeeds(pool.unreserve("255.255.255.254/31"_cidr4)));
    const auto lease = pool.allocate_specific("255.255.255.255"_ip4, "red", "web", {});
    BOOST_TEST(succeeds(lease));
    BOOST_TEST(fails_with(pool.reserve("255.255.255.254/31"_cidr4), errc::address_leased));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
