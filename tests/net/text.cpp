// SPDX-License-Identifier: BSL-1.0
#include <arpa/inet.h>

#include <boost/test/unit_test.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <iomanip>
#include <sstream>

#include "random.hpp"

namespace {
using namespace estate;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(ipv6_is_written_as_rfc_5952_recommends) {
    constexpr std::pair<const char*, const char*> examples[] = {
        // section 4.1: no leading zeros
        {"2001:0db8::0001", "2001:db8::1"},
        {"2001:db8:0:0:0:0:0:0000", "2001:db8::"},
        // section 4.2.1: as short as possible
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"2001:db8::0:1", "2001:db8::1"},
        // section 4.2.2: one group of zeros is not shortened
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        // section 4.2.3: the longest run, the first of equals
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"1:0:0:2:0:0:0:0", "1:0:0:2::"},
        {"0:0:1:0:0:1:0:0", "::1:0:0:1:0:0"},
        // section 4.3: lower case
        {"2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:AAAA", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"},
        {"2001:db8:aaaa:bbbb:cccc:dddd:eeee:1", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"},
        // section 5: known to hold IPv4; other prefixes are not
        {"::ffff:c000:201", "::ffff:192.0.2.1"},
        {"::ffff:0:0", "::ffff:0.0.0.0"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"::192.0.2.1", "::c000:201"},
        {"::fffe:c000:201", "::fffe:c000:201"},
        {"::", "::"},
        {"::1", "::1"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };
    for (const auto& [read, written] : examples) {
        BOOST_TEST(to_text(Ipv6Address::parse(read).value()) == written);
    }
}

BOOST_AUTO_TEST_CASE(ipv4_is_written_in_dotted_decimal) {
    for (const char* const text : {"0.0.0.0", "9.10.99.100", "192.0.2.1", "255.255.255.255"}) {
        BOOST_TEST(to_text(Ipv4Address::parse(text).value()) == text);
    }
}

BOOST_AUTO_TEST_CASE(every_address_is_read_back_from_its_text) {
    Random random;
    for (int i = 0; i < 100'000; ++i) {
        const auto four = random.address<V4>();
        const auto six = random.address<V6>();
        BOOST_REQUIRE(Ipv4Address::parse(to_text(four)).value() == four);
        BOOST_REQUIRE_MESSAGE(Ipv6Address::parse(to_text(six)).value() == six, to_text(six));
    }
}

// glibc differs in one case: it writes the deprecated ::a.b.c.d (RFC 4291 section 2.5.5.1) with dots.
BOOST_AUTO_TEST_CASE(texts_are_those_of_the_system) {
    Random random;
    for (int i = 0; i < 100'000; ++i) {
        char expected[INET6_ADDRSTRLEN];
        const auto four = random.address<V4>();
        const auto octets = four.bytes();
        BOOST_REQUIRE(to_text(four) == inet_ntop(AF_INET, octets.data(), expected, sizeof expected));
        const auto six = random.address<V6>();
        if (six.bits().high() == 0 && six.bits().low() >> 32 == 0) continue;
        const auto bytes = six.bytes();
        BOOST_REQUIRE_EQUAL(to_text(six), inet_ntop(AF_INET6, bytes.data(), expected, sizeof expected));
    }
}

BOOST_AUTO_TEST_CASE(socket_addresses_are_written_with_their_port_and_zone) {
    BOOST_TEST(to_text(SocketAddress<V4>("192.0.2.1"_ip4, 80)) == "192.0.2.1:80");
    BOOST_TEST(to_text(SocketAddress<V4>()) == "0.0.0.0:0");
    BOOST_TEST(to_text(SocketAddress<V6>("::1"_ip6, 65535)) == "[::1]:65535");
    BOOST_TEST(to_text(SocketAddress<V6>("fe80::1"_ip6, 80).with_zone(2)) == "[fe80::1%2]:80");
}

BOOST_AUTO_TEST_CASE(ranges_are_written_with_their_length) {
    BOOST_TEST(to_text("192.0.2.0/24"_cidr4) == "192.0.2.0/24");
    BOOST_TEST(to_text("::/0"_cidr6) == "::/0");
    BOOST_TEST(to_text("2001:db8::1/128"_cidr6) == "2001:db8::1/128");
}

BOOST_AUTO_TEST_CASE(the_longest_text_fits_and_ends_with_a_nul) {
    const auto longest = to_text(
        SocketAddress<V6>("fe80:ffff:ffff:ffff:ffff:ffff:ffff:ffff"_ip6, 65535).with_zone(UINT32_MAX));
    BOOST_TEST(longest == "[fe80:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535");
    BOOST_TEST(longest.size() == AddressText::capacity);
    BOOST_TEST(std::string_view(longest.c_str()) == longest.view());
    BOOST_TEST(std::string_view(to_text("::1"_ip6).c_str()) == "::1");
}

BOOST_AUTO_TEST_CASE(streams_write_the_same_texts) {
    std::ostringstream out;
    out << std::hex << to_text("127.0.0.1"_ip4) << ' ' << "127.0.0.1"_ip4 << ' '
        << SocketAddress<V6>("::1"_ip6, 80) << ' '
        << "10.0.0.0/8"_cidr4 << ' ' << Port{443} << ' ' << std::setw(5) << "::"_ip6;
    BOOST_TEST(out.str() == "127.0.0.1 127.0.0.1 [::1]:80 10.0.0.0/8 443    ::");
}

BOOST_AUTO_TEST_CASE(texts_are_equal_where_their_letters_are) {
    BOOST_TEST((to_text("10.0.0.1"_ip4) == to_text("10.0.0.1"_ip4)));
    BOOST_TEST(!(to_text("10.0.0.1"_ip4) == to_text("10.0.0.10"_ip4)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
