// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <estate/pool/ip_pool.hpp>

#include "support/check.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;

template <class F>
struct Row {
    CidrRange<F> range;
    IpAddress<F> first;
    IpAddress<F> last;
    Uint128 count;
};

constexpr Row<V4> table_v4[] = {
    {"192.0.2.0/24"_cidr4, "192.0.2.1"_ip4, "192.0.2.254"_ip4, 254},
    {"192.0.2.0/29"_cidr4, "192.0.2.1"_ip4, "192.0.2.6"_ip4, 6},
    {"192.0.2.4/30"_cidr4, "192.0.2.5"_ip4, "192.0.2.6"_ip4, 2},
    {"192.0.2.4/31"_cidr4, "192.0.2.4"_ip4, "192.0.2.5"_ip4, 2},
    {"192.0.2.4/32"_cidr4, "192.0.2.4"_ip4, "192.0.2.4"_ip4, 1},
    {"10.0.0.0/8"_cidr4, "10.0.0.1"_ip4, "10.255.255.254"_ip4, (1U << 24) - 2},
    {"0.0.0.0/0"_cidr4, "0.0.0.1"_ip4, "255.255.255.254"_ip4, 0xFFFFFFFE},
};
constexpr Row<V6> table_v6[] = {
    {"2001:db8::/120"_cidr6, "2001:db8::1"_ip6, "2001:db8::ff"_ip6, 255},
    {"2001:db8::4/126"_cidr6, "2001:db8::5"_ip6, "2001:db8::7"_ip6, 3},
    {"2001:db8::4/127"_cidr6, "2001:db8::4"_ip6, "2001:db8::5"_ip6, 2},
    {"2001:db8::4/128"_cidr6, "2001:db8::4"_ip6, "2001:db8::4"_ip6, 1},
    {"2001:db8::/64"_cidr6, "2001:db8::1"_ip6, "2001:db8::ffff:ffff:ffff:ffff"_ip6, ~std::uint64_t{0}},
    {"2001:db8::/56"_cidr6, "2001:db8::1"_ip6, "2001:db8:0:ff:ffff:ffff:ffff:ffff"_ip6, {0xFF, ~std::uint64_t{0}}},
    {"::/0"_cidr6, "::1"_ip6, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"_ip6, Uint128::max()},
};

template <class F>
void check(const Row<F>& row) {
    BOOST_TEST_CONTEXT(row.range) {
        const auto usable = usable_addresses(row.range);
        BOOST_TEST(usable.first == row.first);
        BOOST_TEST(usable.last == row.last);
        BOOST_TEST((usable.count() == row.count));

        IpPool<F> pool;
        BOOST_TEST_REQUIRE(succeeds(pool.add_cidr_range(row.range)));
        BOOST_TEST((pool.stats() == PoolStats{row.count, {}, {}, row.count}));
        {
            const auto lease = pool.allocate("tenant", "first", {});
            BOOST_TEST_REQUIRE(succeeds(lease));
            BOOST_TEST(usable.contains(lease.assume_value().address()));
            if (F::bits - row.range.prefix_length() <= 32) BOOST_TEST(lease.assume_value().address() == row.first);
        }
        BOOST_TEST(succeeds(pool.allocate_specific(row.last, "tenant", "last", {})));
        for (const auto& held : {row.range.first(), row.range.last()}) {
            BOOST_TEST(pool.contains(held));
            if (usable.contains(held)) continue;
            BOOST_TEST(fails_with(pool.allocate_specific(held, "tenant", "held", {}), errc::address_held));
            BOOST_TEST(fails_with(pool.get_binding(held), errc::not_leased));
            BOOST_TEST(succeeds(pool.unreserve(held)));  // nothing that could be opened
            BOOST_TEST(fails_with(pool.allocate_specific(held, "tenant", "held", {}), errc::address_held));
        }
    }
}

BOOST_AUTO_TEST_SUITE(usable)

BOOST_AUTO_TEST_CASE(a_v4_range_keeps_network_and_broadcast_back_but_for_31_and_32) {
    for (const auto& row : table_v4) check(row);
}

BOOST_AUTO_TEST_CASE(a_v6_range_keeps_the_anycast_address_back_but_for_127_and_128) {
    for (const auto& row : table_v6) check(row);
}

BOOST_AUTO_TEST_CASE(the_unspecified_address_alone_is_all_of_its_range) {
    for (const auto which : {Usable::hosts, Usable::all}) {
        BOOST_TEST(usable_addresses(CidrRange<V4>{}, which).first.is_unspecified());
        BOOST_TEST((usable_addresses(CidrRange<V6>{}, which).count() == Uint128{1}));
    }
    BOOST_TEST((usable_addresses("0.0.0.0/31"_cidr4, Usable::all).count() == Uint128{1}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
