// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
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

BOOST_AUTO_TEST_SUITE(sparse)

BOOST_AUTO_TEST_CASE(ranges_of_any_size_hand_out_distinct_addresses) {
    for (const char* const text :
         {"2001:db8::/95", "2001:db8::/64", "2001:db8::/63", "2001:db8::/56", "2000::/3", "::/0"}) {
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

BOOST_AUTO_TEST_CASE(the_order_is_secret_and_the_same_for_the_same_key) {
    const auto first_ten = [](SecretKey key) {
        IpPool<V6> pool("keyed", key);
        (void)pool.add_cidr_range("2001:db8::/64").value();
        std::vector<Ipv6Address> got;
        for (int i = 0; i < 10; ++i) got.push_back(take(pool).address());
        return got;
    };
    const auto one = first_ten({1, 2});
    BOOST_TEST((one == first_ten({1, 2})));
    BOOST_TEST((one != first_ten({1, 3})));
    std::size_t neighbours = 0;
    for (std::size_t i = 1; i < one.size(); ++i)
        neighbours += one[i].bits() == one[i - 1].bits() + Uint128{1} ? 1U : 0U;
    BOOST_TEST(neighbours == 0U);
    IpPool<V6> a;
    IpPool<V6> b;
    BOOST_TEST(succeeds(a.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(b.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(take(a).address() != take(b).address());  // the default key is a fresh one
}

BOOST_AUTO_TEST_CASE(a_given_address_does_not_come_again_soon_and_costs_no_memory) {
    IpPool<V6> pool("keyed", {4, 2});
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    std::set<Ipv6Address> seen;
    for (int i = 0; i < 100'000; ++i) BOOST_REQUIRE(seen.insert(take(pool).address()).second);
}

BOOST_AUTO_TEST_CASE(a_wanted_address_is_stepped_over) {
    const SecretKey key{7, 7};
    const auto drawn = [&](int count) {
        IpPool<V6> pool("keyed", key);
        (void)pool.add_cidr_range("2001:db8::/64").value();
        std::vector<Lease<V6>> leases;
        for (int i = 0; i < count; ++i) leases.push_back(take(pool));
        return leases;
    };
    const auto expected = drawn(3);
    IpPool<V6> pool("keyed", key);
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    const auto wanted = pool.allocate_specific(expected[1].address(), "tenant", "r", {}).value();
    BOOST_TEST(fails_with(pool.allocate_specific(wanted.address(), "tenant", "r", {}), errc::address_leased));
    const auto first = take(pool);
    const auto second = take(pool);
    BOOST_TEST(first.address() == expected[0].address());
    BOOST_TEST(second.address() == expected[2].address());
}

BOOST_AUTO_TEST_CASE(a_wanted_address_that_was_given_back_is_leased_at_once) {
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
    for (int i = 0; i < 1000; ++i) {
        const auto ip = take(pool).address();
        BOOST_REQUIRE(!"2001:db8::/57"_cidr6.contains(ip));
        BOOST_REQUIRE(!"2001:db8:0:80::/64"_cidr6.contains(ip));
    }
    BOOST_TEST(fails_with(pool.allocate_specific("2001:db8::1"_ip6, "tenant", "r", {}), errc::address_held));
    // all but one /64 of 256: whatever comes lies in it
    BOOST_TEST(succeeds(pool.exclude("2001:db8::/56"_cidr6)));
    BOOST_TEST(succeeds(pool.unreserve("2001:db8:0:1::/64"_cidr6)));
    for (int i = 0; i < 100; ++i) BOOST_REQUIRE("2001:db8:0:1::/64"_cidr6.contains(take(pool).address()));
}

BOOST_AUTO_TEST_CASE(a_change_of_what_is_held_among_many_leases_does_not_stop_the_pool) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 50'000; ++i) leases.push_back(take(pool));
    std::set<Ipv6Address> seen;
    for (const auto& lease : leases) seen.insert(lease.address());
    for (int i = 0; i < 20'000; ++i) {  // each was a walk over all leases once
        BOOST_REQUIRE(pool.exclude("2001:db8::77"_ip6).has_value());
        BOOST_REQUIRE(pool.unreserve("2001:db8::77"_ip6).has_value());
        BOOST_REQUIRE(seen.count(take(pool).address()) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(an_exhausted_range_says_so_and_goes_on_with_what_returns) {
    IpPool<V6> pool;
    // 2^33 addresses, of which all but the last four are held
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/95")));
    BOOST_TEST(succeeds(pool.exclude("2001:db8::/95"_cidr6)));
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
    BOOST_TEST(succeeds(pool.unreserve("2001:db8::/95"_cidr6)));
    BOOST_TEST((pool.stats().free == Uint128{(std::uint64_t{1} << 33) - 3}));
    BOOST_TEST(succeeds(pool.allocate("tenant", "r", {})));
}

/// A /64 of which eight addresses are open.
IpPool<V6>& open_eight(IpPool<V6>& pool) {
    BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("2001:db8::/64")));
    BOOST_TEST_REQUIRE(succeeds(pool.exclude("2001:db8::/64"_cidr6)));
    BOOST_TEST_REQUIRE(succeeds(pool.unreserve("2001:db8::8/125"_cidr6)));
    return pool;
}

BOOST_AUTO_TEST_CASE(what_was_forgotten_is_found_when_the_order_has_come_round) {
    IpPool<V6> pool;
    open_eight(pool);
    (void)take(pool);  // forgotten at once
    std::set<Ipv6Address> seen;
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 8; ++i) {
        leases.push_back(take(pool));
        seen.insert(leases.back().address());
    }
    BOOST_TEST(seen.size() == 8U);
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(a_wanted_address_that_rests_is_leased_at_once) {
    IpPool<V6> pool;
    open_eight(pool);
    std::vector<Lease<V6>> leases;
    for (int i = 0; i < 6; ++i) leases.push_back(take(pool));
    const auto ip = leases[2].address();
    std::move(leases[2]).release();  // most are known: it rests
    const auto wanted = pool.allocate_specific(ip, "tenant", "r", {}).value();
    for (int i = 0; i < 2; ++i) leases.push_back(take(pool));
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
}

BOOST_AUTO_TEST_CASE(an_excluded_lease_of_a_sparse_range_does_not_come_back) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("2001:db8::/64")));
    const auto whole = pool.stats().capacity;
    auto lease = take(pool);
    const auto ip = lease.address();
    BOOST_TEST(fails_with(pool.reserve(ip), errc::address_leased));
    BOOST_TEST(fails_with(pool.reserve("2001:db8::/64"_cidr6), errc::address_leased));
    BOOST_TEST(succeeds(pool.exclude(ip)));
    BOOST_TEST((pool.stats() == PoolStats{whole, 1, 0, whole - Uint128{1}}));
    std::move(lease).release();
    BOOST_TEST((pool.stats() == PoolStats{whole, 0, 1, whole - Uint128{1}}));
    BOOST_TEST(fails_with(pool.allocate_specific(ip, "tenant", "r", {}), errc::address_held));
    BOOST_TEST(succeeds(pool.unreserve(ip)));
    BOOST_TEST(succeeds(pool.allocate_specific(ip, "tenant", "r", {})));
}

BOOST_AUTO_TEST_CASE(the_whole_of_ipv4_is_a_range) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("0.0.0.0/0")));
    BOOST_TEST(pool.allocate("tenant", "r", {}).value().address() == "0.0.0.1"_ip4);
    BOOST_TEST(succeeds(pool.allocate_specific("255.255.255.254"_ip4, "tenant", "r", {})));
    BOOST_TEST(fails_with(pool.allocate_specific("255.255.255.255"_ip4, "tenant", "r", {}), errc::address_held));
    for (int i = 0; i < 2000; ++i) {  // each was a walk over the whole range once
        BOOST_REQUIRE(pool.reserve("10.0.0.7"_ip4).has_value());
        BOOST_REQUIRE(pool.unreserve("10.0.0.7"_ip4).has_value());
    }
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
