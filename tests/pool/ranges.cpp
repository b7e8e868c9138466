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

Lease<V4> lease_of(IpPool<V4>& pool) { return pool.allocate("tenant", "resource", {}).value(); }

template <class F>
std::vector<Lease<F>> take_all(IpPool<F>& pool) {
    std::vector<Lease<F>> leases;
    for (;;) {
        auto lease = pool.allocate("tenant", "resource", {});
        if (!lease) {
            BOOST_TEST(fails_with(lease, errc::pool_exhausted));
            return leases;
        }
        leases.push_back(std::move(lease).assume_value());
    }
}

BOOST_AUTO_TEST_SUITE(ranges)

BOOST_AUTO_TEST_CASE(a_pool_without_ranges_is_exhausted) {
    IpPool<V4> pool{"empty"};
    BOOST_TEST(pool.name() == "empty");
    BOOST_TEST(fails_with(pool.allocate("tenant", "resource", {}), errc::pool_exhausted));
    BOOST_TEST(fails_with(pool.allocate_specific("192.0.2.1"_ip4, "tenant", "r", {}), errc::address_not_in_pool));
    BOOST_TEST(!pool.contains("192.0.2.1"_ip4));
    BOOST_TEST((pool.stats() == PoolStats{}));
}

BOOST_AUTO_TEST_CASE(text_that_is_no_range_is_refused_with_the_reason) {
    IpPool<V4> pool;
    BOOST_TEST(fails_with(pool.add_cidr_range("192.0.2.7/24"), errc::host_bits_set));
    BOOST_TEST(fails_with(pool.add_cidr_range("192.0.2.0"), errc::malformed_prefix));
    BOOST_TEST(fails_with(pool.add_cidr_range("192.0.2.0/33"), errc::prefix_too_long));
    BOOST_TEST(fails_with(pool.add_cidr_range("x/24"), errc::malformed_address));
    BOOST_TEST(fails_with(pool.remove_cidr_range("x/24"), errc::malformed_address));
    BOOST_TEST(fails_with(pool.drain("x/24"), errc::malformed_address));
    BOOST_TEST(succeeds(pool.add_cidr_range(CidrRange<V4>::masked("192.0.2.7/24").value())));
    BOOST_TEST(succeeds(pool.drain("192.0.2.0/24")));
}

BOOST_AUTO_TEST_CASE(ranges_that_overlap_are_refused_and_neighbours_are_not) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.1.0/24")));
    for (const char* const text :
         {"10.0.1.0/24", "10.0.0.0/16", "10.0.1.128/25", "10.0.1.0/32", "10.0.1.255/32", "0.0.0.0/0"}) {
        BOOST_TEST(fails_with(pool.add_cidr_range(text), errc::range_overlaps), text);
    }
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.2.0/24")));
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/24")));
    BOOST_TEST(fails_with(pool.add_cidr_range("10.0.0.0/22"), errc::range_overlaps));
    BOOST_TEST((pool.stats().capacity == Uint128{3 * 254}));
}

BOOST_AUTO_TEST_CASE(all_addresses_of_all_ranges_are_handed_out_once) {
    IpPool<V4> pool;
    for (const char* const text : {"10.0.1.0/29", "10.0.0.0/30", "192.0.2.9/32", "10.0.2.0/31", "10.1.0.0/22"}) {
        BOOST_TEST(succeeds(pool.add_cidr_range(text)));
    }
    const auto leases = take_all(pool);
    std::set<Ipv4Address> seen;
    for (const auto& lease : leases) seen.insert(lease.address());
    BOOST_TEST(leases.size() == 6U + 2 + 1 + 2 + 1022);
    BOOST_TEST(seen.size() == leases.size());
    BOOST_TEST((pool.stats() == PoolStats{seen.size(), seen.size(), {}, {}}));
}

BOOST_AUTO_TEST_CASE(the_last_free_address_of_the_last_of_many_ranges_is_found) {
    IpPool<V4> pool;
    for (std::uint32_t i = 0; i < 500; ++i) {
        BOOST_TEST_REQUIRE(
            succeeds(pool.add_cidr_range(CidrRange<V4>::make(Ipv4Address{0x0A000000 + (i << 4)}, 28).value())));
    }
    auto leases = take_all(pool);
    BOOST_TEST_REQUIRE(leases.size() == 500U * 14);
    for (const std::size_t which : {std::size_t{0}, leases.size() / 2, leases.size() - 1}) {
        const auto freed = leases[which].address();
        std::move(leases[which]).release();
        leases[which] = lease_of(pool);
        BOOST_TEST(leases[which].address() == freed);
    }
}

BOOST_AUTO_TEST_CASE(a_leased_range_is_not_removed) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/30")));
    auto lease = lease_of(pool);
    BOOST_TEST(fails_with(pool.remove_cidr_range("10.0.0.0/30"), errc::range_in_use));
    BOOST_TEST(fails_with(pool.remove_cidr_range("10.0.0.0/31"), errc::range_unknown));
    BOOST_TEST(fails_with(pool.remove_cidr_range("10.0.1.0/30"), errc::range_unknown));
    std::move(lease).release();
    BOOST_TEST(succeeds(pool.remove_cidr_range("10.0.0.0/30")));
    BOOST_TEST(fails_with(pool.remove_cidr_range("10.0.0.0/30"), errc::range_unknown));
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/30")));
    BOOST_TEST(succeeds(pool.allocate("tenant", "r", {})));
}

BOOST_AUTO_TEST_CASE(a_drained_range_leases_nothing_more_and_goes_with_its_last_lease) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/29")));
    auto one = lease_of(pool);
    auto two = lease_of(pool);
    BOOST_TEST(succeeds(pool.drain("10.0.0.0/29")));
    BOOST_TEST(succeeds(pool.drain("10.0.0.0/29")));  // again: as it was
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    BOOST_TEST(fails_with(pool.allocate_specific("10.0.0.5"_ip4, "tenant", "r", {}), errc::address_held));
    BOOST_TEST(fails_with(pool.allocate_specific(one.address(), "tenant", "r", {}), errc::address_leased));
    BOOST_TEST(fails_with(pool.add_cidr_range("10.0.0.0/29"), errc::range_overlaps));
    BOOST_TEST((pool.stats() == PoolStats{6, 2, 4, 0}));
    BOOST_TEST(pool.get_binding(one.address()).value().share().has_value());

    std::move(one).release();
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    BOOST_TEST(pool.contains(two.address()));
    const auto last = two.address();
    std::move(two).release();
    BOOST_TEST(!pool.contains(last));
    BOOST_TEST(fails_with(pool.drain("10.0.0.0/29"), errc::range_unknown));
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/29")));
    BOOST_TEST(succeeds(pool.allocate("tenant", "r", {})));
}

BOOST_AUTO_TEST_CASE(a_range_without_leases_drains_at_once) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/29")));
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.1.0/29")));
    BOOST_TEST(succeeds(pool.drain("10.0.0.0/29")));
    BOOST_TEST(!pool.contains("10.0.0.1"_ip4));
    BOOST_TEST(lease_of(pool).address() == "10.0.1.1"_ip4);
}

BOOST_AUTO_TEST_CASE(a_reserved_address_is_not_handed_out) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/29")));
    BOOST_TEST(succeeds(pool.reserve("10.0.0.1"_ip4)));
    BOOST_TEST(succeeds(pool.reserve("10.0.0.4/30"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{6, 0, 4, 2}));
    BOOST_TEST(fails_with(pool.allocate_specific("10.0.0.1"_ip4, "tenant", "r", {}), errc::address_held));
    BOOST_TEST(fails_with(pool.get_binding("10.0.0.1"_ip4), errc::not_leased));
    {
        const auto leases = take_all(pool);
        BOOST_TEST_REQUIRE(leases.size() == 2U);
        BOOST_TEST(leases[0].address() == "10.0.0.2"_ip4);
        BOOST_TEST(leases[1].address() == "10.0.0.3"_ip4);
        BOOST_TEST(succeeds(pool.unreserve("10.0.0.5"_ip4)));
        BOOST_TEST(lease_of(pool).address() == "10.0.0.5"_ip4);
    }
    BOOST_TEST(succeeds(pool.unreserve("10.0.0.0/29"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{6, 0, 0, 6}));
}

BOOST_AUTO_TEST_CASE(only_what_nobody_has_can_be_reserved) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/29")));
    const auto lease = lease_of(pool);
    BOOST_TEST(fails_with(pool.reserve(lease.address()), errc::address_leased));
    BOOST_TEST(fails_with(pool.reserve("10.0.0.0/29"_cidr4), errc::address_leased));
    BOOST_TEST((pool.stats() == PoolStats{6, 1, 0, 5}));
    BOOST_TEST(fails_with(pool.reserve("10.0.0.0/28"_cidr4), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.reserve("10.0.1.1"_ip4), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.exclude("10.0.1.1"_ip4), errc::address_not_in_pool));
    BOOST_TEST(fails_with(pool.unreserve("10.0.1.1"_ip4), errc::address_not_in_pool));
}

BOOST_AUTO_TEST_CASE(an_excluded_lease_goes_on_and_its_address_does_not_come_back) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/30")));
    auto lease = lease_of(pool);
    BOOST_TEST(succeeds(pool.exclude("10.0.0.0/30"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{2, 1, 1, 0}));
    BOOST_TEST(pool.get_binding(lease.address()).value().share().has_value());
    std::move(lease).release();
    BOOST_TEST((pool.stats() == PoolStats{2, 0, 2, 0}));
    BOOST_TEST(fails_with(pool.allocate("tenant", "r", {}), errc::pool_exhausted));
    BOOST_TEST(succeeds(pool.unreserve("10.0.0.0/30"_cidr4)));
    BOOST_TEST(take_all(pool).size() == 2U);
}

BOOST_AUTO_TEST_CASE(unreserving_what_is_leased_changes_nothing_for_the_lease) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/24")));
    auto lease = lease_of(pool);
    BOOST_TEST(succeeds(pool.exclude("10.0.0.0/24"_cidr4)));
    BOOST_TEST(succeeds(pool.unreserve("10.0.0.0/24"_cidr4)));
    BOOST_TEST((pool.stats() == PoolStats{254, 1, 0, 253}));
    BOOST_TEST(fails_with(pool.allocate_specific(lease.address(), "tenant", "r", {}), errc::address_leased));
    BOOST_TEST(take_all(pool).size() == 253U);
}

BOOST_AUTO_TEST_CASE(an_empty_8_is_ready_at_once_and_its_parts_can_be_excluded) {
    IpPool<V4> pool;
    BOOST_TEST(succeeds(pool.add_cidr_range("10.0.0.0/8")));
    BOOST_TEST(succeeds(pool.exclude("10.0.0.0/9"_cidr4)));
    BOOST_TEST((pool.stats().free == Uint128{(1U << 23) - 1}));
    BOOST_TEST(lease_of(pool).address() == "10.128.0.0"_ip4);
    BOOST_TEST(succeeds(pool.allocate_specific("10.255.255.254"_ip4, "tenant", "r", {})));
}

BOOST_AUTO_TEST_CASE(what_restores_a_range_adds_none_of_no_address_and_knows_what_is_held) {
    IpPool<V4> pool;
    BOOST_TEST(fails_with(detail::state_access::add_closed(pool, CidrRange<V4>{}, Usable::all), errc::address_held));
    BOOST_TEST((pool.stats() == PoolStats{}));
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    BOOST_TEST(succeeds(pool.exclude("192.0.2.1"_ip4)));
    BOOST_TEST(detail::state_access::holds(pool, "192.0.2.1"_ip4));
    BOOST_TEST(!detail::state_access::holds(pool, "192.0.2.2"_ip4));
    BOOST_TEST(!detail::state_access::holds(pool, "198.51.100.1"_ip4));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
