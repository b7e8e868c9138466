// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>

// That a malformed literal does not compile is shown in compile-fail-tests/.

namespace {

BOOST_AUTO_TEST_SUITE(literals)

BOOST_AUTO_TEST_CASE(literals_are_what_parse_reads) {
    using namespace estate::literals;
    BOOST_TEST("192.168.1.10"_ip4 == estate::Ipv4Address::parse("192.168.1.10").value());
    BOOST_TEST("::1"_ip6 == estate::Ipv6Address::parse("::1").value());
    BOOST_TEST("10.0.0.0/24"_cidr4 == estate::CidrRange<estate::V4>::parse("10.0.0.0/24").value());
    BOOST_TEST("fd00::/64"_cidr6 == estate::CidrRange<estate::V6>::parse("fd00::/64").value());
}

BOOST_AUTO_TEST_CASE(literals_are_seen_with_the_namespace_of_the_library) {
    using namespace estate;
    BOOST_TEST("127.0.0.1"_ip4.is_loopback());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
