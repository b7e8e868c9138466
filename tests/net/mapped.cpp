// SPDX-License-Identifier: BSL-1.0
// An IPv6 socket that also serves IPv4 names its peers ::ffff:a.b.c.d.
#include <boost/test/unit_test.hpp>
#include <estate/net/admissible.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>

#include "random.hpp"

namespace {
using namespace estate;

BOOST_AUTO_TEST_SUITE(mapped_addresses)

BOOST_AUTO_TEST_CASE(a_mapped_address_becomes_the_ipv4_address_it_stands_for) {
    BOOST_TEST("::ffff:127.0.0.1"_ip6.to_v4().value() == "127.0.0.1"_ip4);
    BOOST_TEST("::ffff:0:0"_ip6.to_v4().value() == "0.0.0.0"_ip4);
    BOOST_TEST("::ffff:ffff:ffff"_ip6.to_v4().value() == "255.255.255.255"_ip4);
}

BOOST_AUTO_TEST_CASE(every_other_ipv6_address_has_no_ipv4_form) {
    for (const auto ip : {"::"_ip6, "::1"_ip6, "::7f00:1"_ip6, "::fffe:7f00:1"_ip6, "::1:ffff:7f00:1"_ip6,
                          "1::ffff:7f00:1"_ip6, "64:ff9b::7f00:1"_ip6, "::ffff:0:7f00:1"_ip6}) {
        BOOST_TEST_CONTEXT(ip) {
            BOOST_TEST(!ip.is_v4_mapped());
            BOOST_TEST((ip.to_v4().error() == errc::address_not_v4_mapped));
            BOOST_TEST((SocketAddress<V6>(ip, 80).to_v4().error() == errc::address_not_v4_mapped));
        }
    }
}

BOOST_AUTO_TEST_CASE(to_mapped_and_to_v4_undo_each_other) {
    BOOST_TEST("127.0.0.1"_ip4.to_mapped() == "::ffff:127.0.0.1"_ip6);
    Random random;
    for (int i = 0; i < 1000; ++i) {
        const Ipv4Address ip{static_cast<std::uint32_t>(random.wide().low())};
        const Port port{static_cast<std::uint16_t>(random.wide().low())};
        BOOST_REQUIRE(ip.to_mapped().is_v4_mapped());
        BOOST_REQUIRE(!ip.is_v4_mapped());
        BOOST_REQUIRE(ip.to_mapped().to_v4().value() == ip);
        const SocketAddress<V4> at{ip, port};
        BOOST_REQUIRE(at.to_mapped().port() == port);
        BOOST_REQUIRE(at.to_mapped().zone() == 0U);
        BOOST_REQUIRE(at.to_mapped().to_v4().value() == at);
    }
}

BOOST_AUTO_TEST_CASE(what_a_dual_stack_socket_names_is_a_peer_of_an_ipv4_socket) {
    const SocketAddress<V6> named{"::ffff:127.0.0.1"_ip6, 80};
    BOOST_TEST((check_stream_peer(named).error() == errc::address_v4_mapped));
    BOOST_TEST(check_stream_peer(named.to_v4().value()).has_value());
}

BOOST_AUTO_TEST_CASE(to_v4_and_to_mapped_work_while_compiling) {
    static_assert("::ffff:10.0.0.1"_ip6.to_v4().assume_value() == "10.0.0.1"_ip4);
    static_assert(SocketAddress<V4>("10.0.0.1"_ip4, 80).to_mapped() == SocketAddress<V6>("::ffff:10.0.0.1"_ip6, 80));
    BOOST_TEST(!"::1"_ip6.to_v4().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
