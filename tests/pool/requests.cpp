// SPDX-License-Identifier: BSL-1.0
// What people who run pools ask for.
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <map>
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

BOOST_AUTO_TEST_SUITE(requests)

BOOST_AUTO_TEST_CASE(each_range_has_its_counts_and_they_add_up_to_those_of_the_pool) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.set_quarantine(10s)));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/29")));
    BOOST_TEST(succeeds(pool.exclude("192.0.2.6"_ip4)));
    auto one = pool.allocate_specific("192.0.2.1"_ip4, "red", "r", {}).value();
    const auto two = pool.allocate_specific("198.51.100.1"_ip4, "red", "r", {}).value();
    std::move(one).release();
    BOOST_TEST((pool.stats_of("192.0.2.0/29"_cidr4).value() == PoolStats{6, 0, 1, 4, 1}));
    BOOST_TEST((pool.stats_of("198.51.100.0/29"_cidr4).value() == PoolStats{6, 1, 0, 5, 0}));
    BOOST_TEST((pool.stats() == PoolStats{12, 1, 1, 9, 1}));
    BOOST_TEST(fails_with(pool.stats_of("192.0.2.0/30"_cidr4), errc::range_unknown));
}

BOOST_AUTO_TEST_CASE(an_address_that_is_kept_for_an_owner_that_is_away_is_its_own_when_it_comes) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    const auto owner = Owner::make("red", "web-1").value();
    const auto away = pool.reserve_for("192.0.2.5"_ip4, owner).value();
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.5"_ip4, "blue", "r", {}), errc::address_leased));
    BOOST_TEST(fails_with(pool.reserve_for("192.0.2.5"_ip4, Owner::make("blue", "r").value()), errc::address_leased));
    for (int coming = 0; coming < 3; ++coming) {
        const auto here = pool.allocate_sticky(owner).value();
        BOOST_TEST(here.address() == "192.0.2.5"_ip4);
        Time::advance(24h);
    }
    BOOST_TEST(succeeds(pool.release(away)));
    BOOST_TEST(succeeds(pool.allocate_specific("192.0.2.5"_ip4, "blue", "r", {})));
}

BOOST_AUTO_TEST_CASE(addresses_from_to_need_not_be_a_cidr_range) {
    IpPool<V4, LowestFirst> pool;
    BOOST_TEST(succeeds(pool.add_addresses("192.0.2.5"_ip4, "192.0.2.18"_ip4)));
    BOOST_TEST((pool.stats().free == Uint128{14}));
    BOOST_TEST((!pool.contains("192.0.2.4"_ip4) && !pool.contains("192.0.2.19"_ip4)));
    std::vector<Lease<V4>> all;
    while (auto lease = take(pool)) all.push_back(std::move(lease).value());
    BOOST_TEST((all.front().address() == "192.0.2.5"_ip4 && all.back().address() == "192.0.2.18"_ip4));
    all.clear();

    BOOST_TEST(fails_with(pool.add_addresses("192.0.2.9"_ip4, "192.0.2.8"_ip4), errc::invalid_argument));
    BOOST_TEST(fails_with(pool.add_addresses("192.0.2.0"_ip4, "192.0.2.5"_ip4), errc::range_overlaps));
    BOOST_TEST((pool.stats().capacity == Uint128{14}));  // nothing of it was added
    BOOST_TEST(succeeds(pool.add_addresses("255.255.255.254"_ip4, "255.255.255.255"_ip4)));
    IpPool<V6> six;
    BOOST_TEST(succeeds(six.add_addresses("2001:db8::1"_ip6, "2001:db8:0:1::"_ip6)));
    BOOST_TEST((six.stats().capacity == Uint128{1, 0}));
}

BOOST_AUTO_TEST_CASE(any_address_of_one_range_is_leased_from_there_or_refused_with_the_reason) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/30")));
    BOOST_TEST(succeeds(pool.add_cidr_range("198.51.100.0/30")));
    const auto there = "198.51.100.0/30"_cidr4;
    const auto from = [&] { return pool.allocate_from(there, "red", "r", {}); };
    auto one = from().value();
    const auto two = from().value();
    BOOST_TEST((there.contains(one.address()) && there.contains(two.address()) && one.address() != two.address()));
    BOOST_TEST(fails_with(from(), errc::pool_exhausted));
    BOOST_TEST(fails_with(pool.allocate_from("198.51.100.0/31"_cidr4, "red", "r", {}), errc::range_unknown));
    BOOST_TEST(succeeds(pool.set_quarantine(10s)));
    const auto ip = one.address();
    std::move(one).release();
    BOOST_TEST(fails_with(from(), errc::pool_cooling));
    BOOST_TEST(succeeds(pool.set_quarantine(10s, WhenCooling::take_oldest)));
    BOOST_TEST(from().value().address() == ip);
    Time::advance(20s);
    BOOST_TEST(succeeds(from()));
    BOOST_TEST(succeeds(pool.exclude(ip)));
    BOOST_TEST(fails_with(from(), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool.unreserve(ip)));
    BOOST_TEST(from().value().address() == ip);  // taken before its time
    BOOST_TEST(succeeds(pool.drain(there)));
    BOOST_TEST(fails_with(from(), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool.undrain(there)));
    BOOST_TEST(succeeds(from()));
    BOOST_TEST(succeeds(pool.set_quota("red", 1)));
    BOOST_TEST(fails_with(from(), errc::quota_exceeded));
}

BOOST_AUTO_TEST_CASE(a_batch_of_leases_is_released_in_pieces_and_each_event_is_told) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    IpPool<V4> other;
    BOOST_TEST(succeeds(other.add_cidr_range("192.0.2.0/24")));
    auto leases = pool.allocate_many(1000, "red", "r", {}).value();
    const auto shared = leases[7].share();
    leases.push_back(take(other).value());
    leases.push_back(std::move(leases[9]));
    pool.release_many(std::move(leases));
    BOOST_TEST((pool.stats().in_use == Uint128{1} && other.stats().in_use == Uint128{}));
    BOOST_TEST(pool.get_binding(shared.address()).value().tenant() == "red");

    int released = 0;
    pool.observe({[](void* count, const PoolEvent<V4>& event) noexcept {
                      *static_cast<int*>(count) += event.kind == PoolEvent<V4>::Kind::released ? 1 : 0;
                  }, &released});
    auto magazine = pool.magazine("blue", 4).value();
    auto more = pool.allocate_many(100, "red", "r", {}).value();
    more.push_back(magazine.allocate("web", {}).value());
    pool.release_many(std::move(more));
    BOOST_TEST(released == 101);
    pool.observe({});
}

BOOST_AUTO_TEST_CASE(a_batch_that_holds_nothing_gives_nothing_back) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    auto leases = pool.allocate_many(3, "red", "r", {}).value();
    std::vector<Lease<V4>> shares;
    for (const auto& lease : leases) shares.push_back(lease.share());
    shares.push_back(std::move(leases.back()));
    leases.pop_back();
    pool.release_many(std::move(leases));
    BOOST_TEST((pool.stats().in_use == Uint128{3}));
    pool.release_many({});
    pool.release_many(std::move(shares));
    BOOST_TEST((pool.stats().in_use == Uint128{}));
}

BOOST_AUTO_TEST_CASE(a_batch_comes_into_quarantine_while_thousands_come_out_of_it) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/16")));
    BOOST_TEST(succeeds(pool.set_quarantine(1h)));
    auto many = pool.allocate_many(5000, "red", "r", {}).value();
    auto few = pool.allocate_many(10, "red", "r", {}).value();
    pool.release_many(std::move(many));
    Time::advance(1h);
    pool.release_many(std::move(few));
    BOOST_TEST((pool.stats() == PoolStats{65534, 0, 0, 65524, 10}));
}

BOOST_AUTO_TEST_CASE(a_batch_comes_from_as_many_ranges_as_it_needs_or_is_refused) {
    TimedPool<V4> pool;
    for (std::uint32_t i = 0; i < 200; ++i)
        BOOST_TEST(succeeds(pool.add_cidr_range(CidrRange<V4>::make(Ipv4Address{0x0A000000 + 256 * i}, 31).value())));
    BOOST_TEST(fails_with(pool.allocate_many(401, "red", "r", {}), errc::pool_exhausted));
    auto all = pool.allocate_many(400, "red", "r", {}).value();
    BOOST_TEST(all.size() == 400U);
    BOOST_TEST(succeeds(pool.set_quarantine(1h)));  // of all of them
    pool.release_many(std::move(all));
    BOOST_TEST((pool.stats().cooling == Uint128{400}));
    BOOST_TEST(fails_with(pool.allocate_many(1, "red", "r", {}), errc::pool_cooling));
    BOOST_TEST(succeeds(pool.set_quarantine(0h)));
    BOOST_TEST(succeeds(pool.allocate_many(400, "red", "r", {})));
}

BOOST_AUTO_TEST_CASE(whoever_has_more_than_the_quota_by_now_gets_no_batch) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
    const auto leases = pool.allocate_many(3, "red", "r", {}).value();
    BOOST_TEST(succeeds(pool.set_quota("red", 2)));
    BOOST_TEST(fails_with(pool.allocate_many(1, "red", "r", {}), errc::quota_exceeded));
    BOOST_TEST((pool.stats().in_use == Uint128{3}));
}

BOOST_AUTO_TEST_CASE(what_has_waited_longest_in_any_part_of_a_range_that_grew_is_leased_from_it_first) {
    TimedPool<V4> pool;
    const auto range = "192.0.2.0/28"_cidr4;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.4/30", Usable::all)));
    BOOST_TEST(succeeds(pool.grow("192.0.2.4/30"_cidr4, range, Usable::all)));
    BOOST_TEST(succeeds(pool.set_quarantine(1h, WhenCooling::take_oldest)));
    std::vector<Lease<V4>> leases;
    for (int i = 0; i < 16; ++i) leases.push_back(pool.allocate_from(range, "red", "r", {}).value());
    const auto give = [&](const Ipv4Address& ip) {
        for (auto& lease : leases) {
            if (lease.address() == ip) std::move(lease).release();
        }
        Time::advance(1min);
    };
    give("192.0.2.9"_ip4);
    give("192.0.2.1"_ip4);
    const auto one = pool.allocate_from(range, "red", "r", {}).value();
    BOOST_TEST(one.address() == "192.0.2.9"_ip4);
    give("192.0.2.10"_ip4);
    const auto two = pool.allocate_from(range, "red", "r", {}).value();
    BOOST_TEST(two.address() == "192.0.2.1"_ip4);
    const auto three = pool.allocate_from(range, "red", "r", {}).value();
    BOOST_TEST(three.address() == "192.0.2.10"_ip4);
    BOOST_TEST(fails_with(pool.allocate_from(range, "red", "r", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(what_was_unreserved_before_another_address_came_back_is_leased_before_it) {
    TimedPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/30")));
    BOOST_TEST(succeeds(pool.set_quarantine(1h, WhenCooling::take_oldest)));
    auto given = pool.allocate_specific("192.0.2.1"_ip4, "red", "r", {}).value();
    BOOST_TEST((succeeds(pool.exclude("192.0.2.2"_ip4)) && succeeds(pool.unreserve("192.0.2.2"_ip4))));
    Time::advance(1min);
    std::move(given).release();
    const auto first = take(pool).value();
    BOOST_TEST(first.address() == "192.0.2.2"_ip4);
    BOOST_TEST(take(pool).value().address() == "192.0.2.1"_ip4);
}

BOOST_AUTO_TEST_CASE(a_full_range_in_which_hundreds_of_waits_end_stays_full) {
    TimedPool<V4> pool;
    const auto range = "10.0.0.0/23"_cidr4;
    BOOST_TEST(succeeds(pool.add_cidr_range(range)));
    BOOST_TEST(succeeds(pool.set_quarantine(1h)));
    const auto leases = pool.allocate_many(510, "red", "r", {}).value();
    const auto all_end = [&] {
        for (std::uint32_t i = 1; i < 500; i += 2) {
            const Ipv4Address ip{0x0A000000 + i};
            BOOST_TEST_REQUIRE((succeeds(pool.exclude(ip)) && succeeds(pool.unreserve(ip))));
        }
        Time::advance(1h);
    };
    all_end();
    BOOST_TEST(fails_with(pool.allocate("red", "r", {}), errc::pool_exhausted));
    all_end();
    BOOST_TEST(fails_with(pool.allocate_from(range, "red", "r", {}), errc::pool_exhausted));
    all_end();
    auto magazine = pool.magazine("red", 4).value();
    BOOST_TEST(fails_with(magazine.allocate("r", {}), errc::pool_exhausted));
    BOOST_TEST((pool.stats() == PoolStats{510, 510, 0, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
