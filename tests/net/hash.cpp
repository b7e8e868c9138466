// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/hash.hpp>
#include <estate/net/literals.hpp>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace {
using namespace estate;

BOOST_AUTO_TEST_SUITE(hashing)

BOOST_AUTO_TEST_CASE(values_are_keys_of_unordered_and_ordered_containers) {
    std::unordered_map<SocketAddress<V6>, int> peers{{{"::1"_ip6, 80}, 1}};
    BOOST_TEST(peers.at({"::1"_ip6, 80}) == 1);
    std::unordered_set<CidrRange<V4>> ranges{"10.0.0.0/8"_cidr4, "10.0.0.0/9"_cidr4, "10.0.0.0/8"_cidr4};
    BOOST_TEST(ranges.size() == 2U);
    std::unordered_set<Port> ports{80, 443, 80};
    BOOST_TEST(ports.size() == 2U);
    std::set<Ipv4Address> ordered{"10.0.0.2"_ip4, "10.0.0.1"_ip4};
    BOOST_TEST((*ordered.begin() == "10.0.0.1"_ip4));
}

BOOST_AUTO_TEST_CASE(neighbouring_addresses_spread_over_the_buckets) {
    constexpr std::size_t buckets = 4096;
    std::vector<int> load(buckets);
    for (std::uint32_t i = 0; i < 64 * buckets; ++i) {
        ++load[std::hash<Ipv4Address>{}(Ipv4Address{0x0A000000 + i}) % buckets];
    }
    // a Poisson load of mean 64: beyond 64 +- 8 * sqrt(64) is out of the question
    for (const int count : load) BOOST_REQUIRE((count > 0 && count < 128));
}

BOOST_AUTO_TEST_CASE(every_part_of_a_value_takes_part_in_its_hash) {
    const std::hash<SocketAddress<V6>> hash;
    const SocketAddress<V6> at{"fe80::1"_ip6, 80};
    BOOST_TEST(hash(at) != hash({"fe80::2"_ip6, 80}));
    BOOST_TEST(hash(at) != hash({"fe80:1::1"_ip6, 80}));
    BOOST_TEST(hash(at) != hash({"fe80::1"_ip6, 81}));
    BOOST_TEST(hash(at) != hash(at.with_zone(1)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
