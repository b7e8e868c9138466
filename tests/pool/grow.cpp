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

template <class F>
std::set<IpAddress<F>> all_of(IpPool<F>& pool, std::vector<Lease<F>>& leases) {
    std::set<IpAddress<F>> all;
    while (auto lease = pool.allocate("tenant", "r", {})) {
        all.insert(lease.assume_value().address());
        leases.push_back(std::move(lease).assume_value());
    }
    return all;
}

BOOST_AUTO_TEST_SUITE(grow)

BOOST_AUTO_TEST_CASE(a_range_grows_to_either_side_and_its_leases_stay) {
    for (const char* const wide : {"192.0.2.64/26", "192.0.2.0/25", "192.0.2.0/24"}) {
        IpPool<V4> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.64/26")));
        const auto lease = pool.allocate_specific("192.0.2.70"_ip4, "red", "web", {}).value();
        BOOST_TEST(succeeds(pool.reserve("192.0.2.80"_ip4)));
        BOOST_TEST(succeeds(pool.grow("192.0.2.64/26", wide)));
        BOOST_TEST(pool.get_binding(lease.address()).value().generation() == lease.generation());
        const auto range = CidrRange<V4>::parse(wide).value();
        const auto usable = usable_addresses(range).count();
        BOOST_TEST((pool.stats() == PoolStats{usable, 1, 1, usable - Uint128{2}}));
        std::vector<Lease<V4>> leases;
        const auto all = all_of(pool, leases);
        BOOST_TEST((Uint128{all.size()} == usable - Uint128{2}));
        BOOST_TEST(all.count("192.0.2.80"_ip4) == 0U);
        BOOST_TEST(all.count("192.0.2.64"_ip4) == 1U - (range.first() == "192.0.2.64"_ip4 ? 1U : 0U));
        BOOST_TEST(fails_with(pool.remove_cidr_range(range), errc::range_in_use));
    }
}

BOOST_AUTO_TEST_CASE(a_range_that_grew_is_one_range) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.64/27")));
    BOOST_TEST(succeeds(pool.grow("192.0.2.64/27", "192.0.2.64/26")));
    BOOST_TEST(succeeds(pool.grow("192.0.2.64/26", "192.0.2.0/24")));
    int ranges = 0;
    pool.for_each_range([&](const PoolRange<V4>& range) {
        ++ranges;
        BOOST_TEST((range.cidr == "192.0.2.0/24"_cidr4));
        BOOST_TEST((range.usable.count() == Uint128{254}));
    });
    BOOST_TEST(ranges == 1);
    // held and reserved across all its parts
    BOOST_TEST(succeeds(pool.reserve("192.0.2.0/24"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{254, 0, 254, 0}));
    BOOST_TEST(succeeds(pool.unreserve("192.0.2.0/24"_cidr4)));
    std::vector<Lease<V4>> leases;
    BOOST_TEST(all_of(pool, leases).size() == 254U);
    BOOST_TEST(fails_with(pool.reserve("192.0.2.0/24"_cidr4), errc::address_leased));
    BOOST_TEST(succeeds(pool.drain("192.0.2.0/24")));
    leases.erase(leases.begin() + 1, leases.end());
    BOOST_TEST(pool.contains("192.0.2.255"_ip4));
    leases.clear();
    BOOST_TEST(!pool.contains("192.0.2.64"_ip4));
    BOOST_TEST((pool.stats() == PoolStats{}));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/24")));
}

BOOST_AUTO_TEST_CASE(a_range_does_not_grow_over_another_or_out_of_itself) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/26")));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.192/27")));
    const auto before = pool.stats();
    BOOST_TEST(fails_with(pool.grow("192.0.2.0/26", "192.0.2.0/24"), errc::range_overlaps));
    BOOST_TEST(fails_with(pool.grow("192.0.2.192/27", "192.0.2.0/24"), errc::range_overlaps));
    BOOST_TEST(fails_with(pool.grow("192.0.2.0/26", "192.0.2.0/27"), errc::range_overlaps));
    BOOST_TEST(fails_with(pool.grow("192.0.2.0/26", "10.0.0.0/8"), errc::range_overlaps));
    BOOST_TEST(fails_with(pool.grow("192.0.2.0/25", "192.0.2.0/24"), errc::range_unknown));
    BOOST_TEST(fails_with(pool.grow("10.0.0.0/8", "10.0.0.0/7"), errc::range_unknown));
    BOOST_TEST((pool.stats() == before));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/26", "192.0.2.0/25")));
}

BOOST_AUTO_TEST_CASE(a_range_that_stays_as_it_is_grows_to_itself) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/26")));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/26", "192.0.2.0/26")));
    BOOST_TEST((pool.stats() == PoolStats{62, 0, 0, 62}));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/26", "192.0.2.0/26", Usable::all)));
    BOOST_TEST((pool.stats() == PoolStats{64, 0, 0, 64}));
}

BOOST_AUTO_TEST_CASE(an_address_that_becomes_the_network_address_is_not_leased_again) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/31")));
    auto network = pool.allocate_specific("192.0.2.0"_ip4, "red", "r", {}).value();
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/31", "192.0.2.0/29")));
    BOOST_TEST(succeeds(pool.get_binding("192.0.2.0"_ip4)));  // the lease stays
    std::move(network).release();
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0"_ip4, "red", "r", {}), errc::address_held));
    BOOST_TEST(succeeds(pool.unreserve("192.0.2.0/29"_cidr4)));
    std::vector<Lease<V4>> leases;
    BOOST_TEST(all_of(pool, leases).size() == 6U);
}

BOOST_AUTO_TEST_CASE(an_address_that_was_the_broadcast_address_for_a_while_becomes_usable) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.2/31")));
    BOOST_TEST(succeeds(pool.grow("192.0.2.2/31", "192.0.2.0/30")));
    BOOST_TEST((pool.stats().free == Uint128{2}));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/30", "192.0.2.0/29")));
    BOOST_TEST((pool.stats().free == Uint128{6}));
    std::vector<Lease<V4>> leases;
    BOOST_TEST(all_of(pool, leases).size() == 6U);
}

BOOST_AUTO_TEST_CASE(a_reservation_stays_while_its_range_grows_again_and_again) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.2/31")));
    BOOST_TEST(succeeds(pool.reserve("192.0.2.2"_ip4)));
    for (int length = 31; length > 24; --length) {
        const auto known = CidrRange<V4>::masked("192.0.2.2"_ip4, length).value();
        BOOST_TEST(succeeds(pool.grow(known, CidrRange<V4>::masked("192.0.2.2"_ip4, length - 1).value())));
        BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.2"_ip4, "red", "r", {}), errc::address_held));
    }
    BOOST_TEST(succeeds(pool.unreserve("192.0.2.2"_ip4)));
    BOOST_TEST(succeeds(pool.allocate_specific("192.0.2.2"_ip4, "red", "r", {})));
}

BOOST_AUTO_TEST_CASE(a_sparse_range_and_a_dense_one_grow_to_sparse_ones) {
    for (const char* const text : {"2001:db8::/64", "2001:db8::/120", "2001:db8::/128"}) {
        IpPool<V6> pool;
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
        const auto lease = pool.allocate("red", "r", {}).value();
        BOOST_TEST(succeeds(pool.grow(text, "2001:db8::/48")));
        const auto usable = usable_addresses("2001:db8::/48"_cidr6).count();
        // the only address of a /128 is the anycast address of what it grows to
        BOOST_TEST((pool.stats().in_use == Uint128{1}));
        BOOST_TEST((pool.stats().free >= usable - Uint128{1}));
        BOOST_TEST(succeeds(pool.get_binding(lease.address())));
        BOOST_TEST(succeeds(pool.allocate_specific("2001:db8:0:ffff::1"_ip6, "red", "r", {})));
    }
}

BOOST_AUTO_TEST_CASE(a_range_that_drains_goes_on_draining_when_it_grew) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/26")));
    auto lease = pool.allocate("red", "r", {}).value();
    BOOST_TEST(succeeds(pool.drain("192.0.2.0/26")));
    if (pool.grow("192.0.2.0/26", "192.0.2.0/24")) {
        BOOST_TEST(fails_with(pool.allocate("red", "r", {}), errc::pool_exhausted));
        BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.200"_ip4, "red", "r", {}), errc::address_held));
    }
    std::move(lease).release();
    BOOST_TEST((pool.stats() == PoolStats{}));
}

BOOST_AUTO_TEST_CASE(all_addresses_of_a_range_can_be_usable) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29", Usable::all)));
    std::vector<Lease<V4>> leases;
    const auto all = all_of(pool, leases);
    BOOST_TEST(all.size() == 8U);
    BOOST_TEST(all.count("192.0.2.0"_ip4) == 1U);
    BOOST_TEST(all.count("192.0.2.7"_ip4) == 1U);
    leases.clear();
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/29", "192.0.2.0/29")));  // to hosts alone
    BOOST_TEST((pool.stats().free == Uint128{6}));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.0"_ip4, "red", "r", {}), errc::address_held));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.7"_ip4, "red", "r", {}), errc::address_held));
}

BOOST_AUTO_TEST_CASE(all_addresses_of_the_largest_ranges_can_be_usable) {
    IpPool<V4> all_of_ipv4;
    BOOST_TEST(succeeds(all_of_ipv4.add_cidr_range("0.0.0.0/0", Usable::all)));
    BOOST_TEST((all_of_ipv4.stats().free == Uint128{(std::uint64_t{1} << 32) - 1}));
    for (const auto ip : {"0.0.0.1"_ip4, "127.255.255.255"_ip4, "128.0.0.0"_ip4, "255.255.255.255"_ip4}) {
        BOOST_TEST(succeeds(all_of_ipv4.allocate_specific(ip, "red", "r", {})));
        BOOST_TEST((all_of_ipv4.stats().in_use == Uint128{0}));
    }
    IpPool<V6> all_of_ipv6;
    BOOST_TEST(succeeds(all_of_ipv6.add_cidr_range("::/0", Usable::all)));
    BOOST_TEST(succeeds(all_of_ipv6.allocate_specific("::1"_ip6, "red", "r", {})));
    BOOST_TEST(succeeds(all_of_ipv6.allocate_specific("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"_ip6, "red", "r", {})));
    BOOST_TEST(succeeds(all_of_ipv6.allocate("red", "r", {})));
    IpPool<V6> halves;
    BOOST_TEST(succeeds(halves.add_cidr_range("2001:db8::/96", Usable::all)));
    BOOST_TEST(succeeds(halves.reserve("2001:db8::/96"_cidr6)));
    BOOST_TEST((halves.stats().free == Uint128{0}));
    BOOST_TEST(succeeds(halves.unreserve("2001:db8::7fff:ffff"_ip6)));
    BOOST_TEST(succeeds(halves.unreserve("2001:db8::8000:0"_ip6)));
    std::vector<Lease<V6>> leases;
    BOOST_TEST(all_of(halves, leases).size() == 2U);
}

BOOST_AUTO_TEST_CASE(all_addresses_of_both_halves_of_ipv6_are_counted_as_the_whole) {
    IpPool<V6> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("::/1", Usable::all)));
    BOOST_TEST(succeeds(pool.add_cidr_range("8000::/1", Usable::all)));
    BOOST_TEST((pool.stats() == PoolStats{(Uint128::max)(), {}, {}, (Uint128::max)()}));
    BOOST_TEST(pool.allocate_many(2, "red", "web", {}).has_value());
}

BOOST_AUTO_TEST_CASE(every_range_is_visited_by_address) {
    IpPool<V4> pool;
    for (const char* const text :
         {"198.51.100.0/24", "255.255.255.255/32", "10.0.0.0/31", "0.0.0.1/32", "192.0.2.0/30"}) {
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
    }
    const auto lease = pool.allocate_specific("192.0.2.1"_ip4, "red", "r", {}).value();
    BOOST_TEST(succeeds(pool.drain("192.0.2.0/30")));
    std::vector<Ipv4Address> firsts;
    pool.for_each_range([&](const PoolRange<V4>& range) {
        firsts.push_back(range.cidr.first());
        const bool drains = range.cidr.contains(lease.address());
        BOOST_TEST(range.draining == drains);
        BOOST_TEST(range.in_use == (drains ? 1U : 0U));
        (void)pool.stats();  // the visitor may use the pool
    });
    const std::vector<Ipv4Address> expected{"0.0.0.1"_ip4, "10.0.0.0"_ip4, "192.0.2.0"_ip4, "198.51.100.0"_ip4,
                                            "255.255.255.255"_ip4};
    BOOST_TEST((firsts == expected));
    int visits = 0;
    pool.for_each_range([&](const PoolRange<V4>& range) {  // one that goes during the visit
        ++visits;
        BOOST_TEST(succeeds(pool.drain(range.cidr)));
    });
    BOOST_TEST(visits == 5);
}

BOOST_AUTO_TEST_CASE(what_is_held_is_visited_by_address_and_once) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.64/26")));
    BOOST_TEST(succeeds(pool.grow("192.0.2.64/26", "192.0.2.0/24")));
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/24")));
    BOOST_TEST(succeeds(pool.reserve("10.0.0.7"_ip4)));
    std::set<Ipv4Address> expected;
    for (const char* const text : {"192.0.2.60/30", "192.0.2.64/31", "192.0.2.240/28", "192.0.2.0/30"}) {
        const auto part = CidrRange<V4>::parse(text).value();
        BOOST_TEST(succeeds(pool.reserve(part)));
        for (auto at = part.first();; at = Ipv4Address{at.to_uint() + 1}) {
            if (usable_addresses("192.0.2.0/24"_cidr4).contains(at)) expected.insert(at);
            if (at == part.last()) break;
        }
    }
    std::vector<Ipv4Address> seen;
    pool.for_each_held("192.0.2.0/24"_cidr4, [&](const Ipv4Address& first, const Ipv4Address& last) {
        for (auto at = first;; at = Ipv4Address{at.to_uint() + 1}) {
            BOOST_REQUIRE((seen.empty() || seen.back() < at));
            seen.push_back(at);
            if (at == last) break;
        }
    });
    BOOST_TEST((std::vector<Ipv4Address>(expected.begin(), expected.end()) == seen));
    pool.for_each_held("192.0.2.0/25"_cidr4, [](const auto&, const auto&) { BOOST_ERROR("no range of the pool"); });
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
