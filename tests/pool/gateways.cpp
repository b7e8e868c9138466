// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>
#include <vector>

#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

struct Routed {
    Routed() {
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("192.0.2.0/29")));
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range("198.51.100.0/29")));
    }
    result<Lease<V4>> wanted(Ipv4Address ip) { return pool.allocate_specific(ip, "red", "r", {}); }
    IpPool<V4> pool;
};

BOOST_FIXTURE_TEST_SUITE(gateways, Routed)

BOOST_AUTO_TEST_CASE(a_gateway_is_told_for_every_address_of_its_range_and_not_leased) {
    BOOST_TEST(!pool.gateway_of("192.0.2.1"_ip4).has_value());
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST((pool.gateway_of("192.0.2.7"_ip4) == "192.0.2.1"_ip4));
    BOOST_TEST(!pool.gateway_of("198.51.100.1"_ip4).has_value());
    BOOST_TEST(!pool.gateway_of("203.0.113.1"_ip4).has_value());
    BOOST_TEST(fails_with(wanted("192.0.2.1"_ip4), errc::address_held));
    BOOST_TEST((pool.stats() == PoolStats{12, 0, 1, 11}));
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST((pool.stats() == PoolStats{12, 0, 1, 11}));
}

BOOST_AUTO_TEST_CASE(a_gateway_that_was_replaced_is_an_ordinary_address) {
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.6"_ip4)));
    BOOST_TEST((pool.gateway_of("192.0.2.1"_ip4) == "192.0.2.6"_ip4));
    BOOST_TEST(succeeds(wanted("192.0.2.1"_ip4)));
    BOOST_TEST(fails_with(wanted("192.0.2.6"_ip4), errc::address_held));
}

BOOST_AUTO_TEST_CASE(what_no_host_can_have_is_no_gateway) {
    BOOST_TEST(fails_with(pool.set_gateway("192.0.2.0"_ip4), errc::address_held));
    BOOST_TEST(fails_with(pool.set_gateway("192.0.2.7"_ip4), errc::address_held));
    BOOST_TEST(fails_with(pool.set_gateway("203.0.113.1"_ip4), errc::address_not_in_pool));
    const auto lease = wanted("192.0.2.2"_ip4).value();
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST(fails_with(pool.set_gateway(lease.address()), errc::address_leased));
    BOOST_TEST((pool.gateway_of("192.0.2.2"_ip4) == "192.0.2.1"_ip4));
    BOOST_TEST((pool.stats() == PoolStats{12, 1, 1, 10}));
}

BOOST_AUTO_TEST_CASE(unreserving_its_range_does_not_free_the_gateway) {
    BOOST_TEST(succeeds(pool.reserve("192.0.2.0/29"_cidr4)));
    for (const auto ip : {"192.0.2.1"_ip4, "192.0.2.3"_ip4, "192.0.2.6"_ip4}) {
        BOOST_TEST(succeeds(pool.set_gateway(ip)));
        BOOST_TEST(succeeds(pool.unreserve("192.0.2.0/29"_cidr4)));
        BOOST_TEST(succeeds(pool.unreserve(ip)));
        BOOST_TEST((pool.stats() == PoolStats{12, 0, 1, 11}));
        BOOST_TEST(fails_with(wanted(ip), errc::address_held));
    }
}

BOOST_AUTO_TEST_CASE(the_gateway_of_a_host_route_is_all_it_has) {
    BOOST_TEST(succeeds(pool.add_cidr_range("203.0.113.7/32")));
    BOOST_TEST(succeeds(pool.set_gateway("203.0.113.7"_ip4)));
    BOOST_TEST(succeeds(pool.unreserve("203.0.113.7/32"_cidr4)));
    BOOST_TEST(fails_with(wanted("203.0.113.7"_ip4), errc::address_held));
}

BOOST_AUTO_TEST_CASE(a_gateway_stays_when_its_range_grows) {
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST(succeeds(pool.grow("192.0.2.0/29", "192.0.2.0/24")));
    BOOST_TEST((pool.gateway_of("192.0.2.200"_ip4) == "192.0.2.1"_ip4));
    BOOST_TEST(succeeds(pool.unreserve("192.0.2.0/24"_cidr4)));
    BOOST_TEST(fails_with(wanted("192.0.2.1"_ip4), errc::address_held));
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.254"_ip4)));  // of another part
    BOOST_TEST(succeeds(wanted("192.0.2.1"_ip4)));
    BOOST_TEST(fails_with(wanted("192.0.2.254"_ip4), errc::address_held));
}

BOOST_AUTO_TEST_CASE(a_former_gateway_that_is_the_network_address_now_is_not_leased) {
    BOOST_TEST(succeeds(pool.add_cidr_range("203.0.113.0/31")));
    BOOST_TEST(succeeds(pool.set_gateway("203.0.113.0"_ip4)));
    BOOST_TEST(succeeds(pool.grow("203.0.113.0/31", "203.0.113.0/24")));
    BOOST_TEST(succeeds(pool.set_gateway("203.0.113.1"_ip4)));
    BOOST_TEST(fails_with(wanted("203.0.113.0"_ip4), errc::address_held));
}

BOOST_AUTO_TEST_CASE(a_gateway_of_a_sparse_range_is_not_leased) {
    IpPool<V6> wide;
    BOOST_TEST(succeeds(wide.add_cidr_range("2001:db8::/64")));
    BOOST_TEST(succeeds(wide.set_gateway("2001:db8::1"_ip6)));
    BOOST_TEST((wide.gateway_of("2001:db8::ffff:0:0:1"_ip6) == "2001:db8::1"_ip6));
    BOOST_TEST(fails_with(wide.allocate_specific("2001:db8::1"_ip6, "red", "r", {}), errc::address_held));
    BOOST_TEST(succeeds(wide.set_gateway("2001:db8::2"_ip6)));
    BOOST_TEST(succeeds(wide.allocate_specific("2001:db8::1"_ip6, "red", "r", {})));
    BOOST_TEST((wide.stats().held == Uint128{1}));
}

BOOST_AUTO_TEST_CASE(a_range_that_was_removed_forgets_its_gateway) {
    BOOST_TEST(succeeds(pool.set_gateway("192.0.2.1"_ip4)));
    BOOST_TEST(succeeds(pool.remove_cidr_range("192.0.2.0/29")));
    BOOST_TEST(!pool.gateway_of("192.0.2.1"_ip4).has_value());
    BOOST_TEST(succeeds(pool.add_cidr_range("192.0.2.0/29")));
    BOOST_TEST(!pool.gateway_of("192.0.2.1"_ip4).has_value());
    BOOST_TEST(succeeds(wanted("192.0.2.1"_ip4)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
