// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/arithmetic.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <set>
#include <vector>

#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

Lease<V6> take(IpPool<V6>& pool) { return pool.allocate("tenant", "resource", {}).value(); }
Ipv6Address plus(Ipv6Address ip, std::uint64_t count) { return checked_add(ip, Uint128{count}).value(); }

BOOST_AUTO_TEST_SUITE(sparse)

BOOST_AUTO_TEST_CASE(ranges_of_any_size_hand_out_distinct_addresses) {
    for (const char* const text : {"2001:db8::/103", "2001:db8::/64", "2001:db8::/63", "2001:db8::/56", "2000::/3", "::/0"}) {
        BOOST_TEST_CONTEXT(text) {
            IpPool<V6> pool;
            BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range(text)));
            const auto range = CidrRange<V6>::parse(text).value();
            std::set<Ipv6Address> seen;
            std::vector<Lease<V6>> leases;
            for (int i = 0; i < 3000; ++i) {
                leases.push_back(take(pool));
                BOOST_REQUIRE(range.contains(leases.back().address()));
                seen.insert(leases.back().address());
                BOOST_REQUIRE((pool.get_binding(leases.back().address()).value() == leases.back().binding()));
            }
            BOOST_TEST(seen.size() == leases.size());
            BOOST_TEST(seen.count(range.first()) == 0U);
            const auto stats = pool.stats();
            BOOST_TEST((stats.in_use == Uint128{3000}));
            BOOST_TEST((stats.free == usable_addresses(range).count() - Uint128{3000}));
            leases.clear();
            BOOST_TEST((pool.stats().free == stats.capacity));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_given_address_rests_before_it_is_leased_again) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    const auto first = take(pool).address();
    int others = 0;
    while (take(pool).address() != first) ++others;
    BOOST_TEST(others >= 1024);
    BOOST_TEST(others < 1100);  // and memory does not grow for ever
}

BOOST_AUTO_TEST_CASE(a_wanted_address_ahead_is_stepped_over) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    std::vector<Lease<V6>> wanted;
    for (const std::uint64_t ahead : {3U, 4U, 5U, 9U}) {
        wanted.push_back(pool.allocate_specific(plus("2001:db8::"_ip6, ahead), "tenant", "r", {}).value());
        BOOST_TEST(fails_with(pool.allocate_specific(wanted.back().address(), "tenant", "r", {}), errc::address_leased));
    }
    std::vector<std::uint64_t> got;
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 5; ++i) {
        leases.push_back(take(pool));
        got.push_back(leases.back().address().bits().low());
    }
    BOOST_TEST(got == (std::vector<std::uint64_t>{1, 2, 6, 7, 8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_wanted_address_that_rests_is_leased_at_once) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    const auto ip = take(pool).address();
    const auto lease = pool.allocate_specific(ip, "tenant", "r", {}).value();
    BOOST_TEST(take(pool).address() != ip);
    BOOST_TEST((pool.stats().in_use == Uint128{1}));
}

BOOST_AUTO_TEST_CASE(held_parts_are_jumped_over_however_large) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/56")));
    BOOST_TEST(succeeds(pool.exclude("2001:db8::/57"_cidr6)));
    BOOST_TEST(succeeds(pool.reserve("2001:db8:0:80::/64"_cidr6)));
    BOOST_TEST(take(pool).address() == "2001:db8:0:81::"_ip6);
    BOOST_TEST(fails_with(pool.allocate_specific("2001:db8::1"_ip6, "tenant", "r", {}), errc::address_held));
    BOOST_TEST(succeeds(pool.unreserve("2001:db8:0:1::/64"_cidr6)));
    BOOST_TEST(take(pool).address() == "2001:db8:0:1::"_ip6);
}

BOOST_AUTO_TEST_CASE(an_exhausted_range_says_so_and_goes_on_with_what_returns) {
    IpPool<V6> pool;
    // 2^25 addresses, of which all but the last four are held
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/103")));
    BOOST_TEST(succeeds(pool.exclude("2001:db8::/103"_cidr6)));
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool.unreserve("2001:db8::1ff:fffc/126"_cidr6)));
    BOOST_TEST((pool.stats().free == Uint128{4}));
    for (int round = 0; round < 3; ++round) {
        std::set<Ipv6Address> seen;
        std::vector<Lease<V6>> leases;
        for (int i = 0; i < 4; ++i) {
            leases.push_back(take(pool));
            seen.insert(leases.back().address());
        }
        BOOST_TEST(seen.size() == 4U);
        BOOST_TEST(*seen.begin() == "2001:db8::1ff:fffc"_ip6);
        BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    }
    BOOST_TEST(succeeds(pool.exclude("2001:db8::1ff:fffc/127"_cidr6)));
    BOOST_TEST((pool.stats().free == Uint128{2}));
    const auto one = take(pool);
    const auto two = take(pool);
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool.unreserve("2001:db8::/103"_cidr6)));
    BOOST_TEST((pool.stats().free == Uint128{(1U << 25) - 3}));
    BOOST_TEST(succeeds(pool.allocate("tenant", "r", {})));
}

BOOST_AUTO_TEST_CASE(an_excluded_lease_of_a_sparse_range_does_not_come_back) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    const auto whole = pool.stats().capacity;
    auto lease = take(pool);
    const auto ip = lease.address();
    BOOST_TEST(fails_with(pool.reserve(ip), errc::address_leased));
    BOOST_TEST(succeeds(pool.exclude(ip)));
    BOOST_TEST((pool.stats() == PoolStats{whole, 1, 0, whole - Uint128{1}}));
    std::move(lease).release();
    BOOST_TEST((pool.stats() == PoolStats{whole, 0, 1, whole - Uint128{1}}));
    BOOST_TEST(fails_with(pool.allocate_specific(ip, "tenant", "r", {}), errc::address_held));
    BOOST_TEST(succeeds(pool.unreserve(ip)));
    BOOST_TEST(take(pool).address() == ip);
}

BOOST_AUTO_TEST_CASE(a_v4_range_larger_than_a_bitmap_works_too) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("0.0.0.0/0")));
    BOOST_TEST(pool.allocate("tenant", "r", {}).value().address() == "0.0.0.1"_ip4);
    BOOST_TEST(succeeds(pool.allocate_specific("255.255.255.254"_ip4, "tenant", "r", {})));
    BOOST_TEST(fails_with(pool.allocate_specific("255.255.255.255"_ip4, "tenant", "r", {}), errc::address_held));
}

BOOST_AUTO_TEST_CASE(a_sparse_range_is_drained_and_removed) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    auto lease = take(pool);
    BOOST_TEST(fails_with(pool.remove_cidr_range("2001:db8::/64"), errc::range_in_use));
    BOOST_TEST(succeeds(pool.drain("2001:db8::/64")));
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    std::move(lease).release();
    BOOST_TEST(!pool.contains("2001:db8::1"_ip6));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
