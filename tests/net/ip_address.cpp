// SPDX-License-Identifier: BSL-1.0
#include <arpa/inet.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <estate/net/arithmetic.hpp>
#include <estate/net/ip_address.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <string>

#include "random.hpp"

namespace {
using namespace estate;

/// What the C library reads. glibc is as strict as estate; others (macOS) take leading zeros in IPv4.
template <Family F>
bool system_reads(const std::string& text, typename std::array<std::uint8_t, F::bits / 8>& bytes) {
    return inet_pton(F::bits == 32 ? AF_INET : AF_INET6, text.c_str(), bytes.data()) == 1;
}
std::array<std::uint8_t, 4> bytes_of(Ipv4Address ip) { return ip.bytes(); }
std::array<std::uint8_t, 16> bytes_of(Ipv6Address ip) { return ip.bytes(); }

template <Family F>
void agrees_with_the_system(const std::string& text) {
    std::array<std::uint8_t, F::bits / 8> expected{};
    const bool legal = system_reads<F>(text, expected);
    const auto read = IpAddress<F>::parse(text);
    BOOST_REQUIRE_MESSAGE(read.has_value() == legal, '"' << text << "\" is " << (legal ? "legal" : "illegal"));
    if (legal) BOOST_REQUIRE_MESSAGE(bytes_of(read.assume_value()) == expected, '"' << text << '"');
}

BOOST_AUTO_TEST_SUITE(ip_address)

BOOST_AUTO_TEST_CASE(strict_dotted_decimal_is_read) {
    BOOST_TEST(Ipv4Address::parse("0.0.0.0").value().to_uint() == 0U);
    BOOST_TEST(Ipv4Address::parse("10.0.0.1").value().to_uint() == 0x0A000001U);
    BOOST_TEST(Ipv4Address::parse("255.255.255.255").value() == Ipv4Address::broadcast());
    BOOST_TEST(Ipv4Address::parse("192.0.2.1").value() == Ipv4Address::from_octets(192, 0, 2, 1));
    BOOST_TEST(Ipv4Address::parse("127.0.0.1").value() == Ipv4Address::loopback());
}

BOOST_AUTO_TEST_CASE(everything_but_strict_dotted_decimal_is_malformed) {
    for (const char* const text :
         {"", ".", "...", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5", "01.2.3.4",
          "1.2.3.04", "00.0.0.0", "1.2.3.00", "256.0.0.1", "1.2.3.256", "1.2.3.999", "1.2.3.1000", "1.2.3.0000004",
          " 1.2.3.4", "1.2.3.4 ", "1.2. 3.4", "+1.2.3.4", "-1.2.3.4", "1.2.3.-4", "0x1.2.3.4", "a.b.c.d", "1.2.3.a",
          "1,2,3,4", "1.2.3:4", "16909060", "1.2.3.4/32", "1.2.3.4:80", "::1.2.3.4", "\t1.2.3.4", "1.2.3.4\n",
          "99999999999999999999.0.0.1", "1.2.3.99999999999999999999"}) {
        const auto read = Ipv4Address::parse(text);
        BOOST_TEST((!read && read.assume_error() == errc::malformed_address), '"' << text << "\" was read");
        agrees_with_the_system<V4>(text);
    }
    BOOST_TEST(!Ipv4Address::parse(std::string_view("1.2.3.4\0", 8)));
    BOOST_TEST(!Ipv4Address::parse(std::string_view{}));
}

BOOST_AUTO_TEST_CASE(the_forms_of_rfc_4291_are_read) {
    BOOST_TEST(Ipv6Address::parse("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789").value() ==
               Ipv6Address(0xABCDEF0123456789, 0xABCDEF0123456789));
    BOOST_TEST(Ipv6Address::parse("2001:DB8:0:0:8:800:200C:417A").value() == "2001:DB8::8:800:200C:417A"_ip6);
    BOOST_TEST(Ipv6Address::parse("FF01:0:0:0:0:0:0:101").value() == "FF01::101"_ip6);
    BOOST_TEST(Ipv6Address::parse("0:0:0:0:0:0:0:1").value() == Ipv6Address::loopback());
    BOOST_TEST(Ipv6Address::parse("::").value() == Ipv6Address::any());
    BOOST_TEST(Ipv6Address::parse("0:0:0:0:0:0:13.1.68.3").value() == "::13.1.68.3"_ip6);
    BOOST_TEST(Ipv6Address::parse("::FFFF:129.144.52.38").value() == Ipv6Address(0, 0xFFFF81903426));
    BOOST_TEST(Ipv6Address::parse("1:2:3:4:5:6:1.2.3.4").value() == "1:2:3:4:5:6:102:304"_ip6);
}

BOOST_AUTO_TEST_CASE(a_double_colon_stands_for_one_group_of_zeros_and_more) {
    BOOST_TEST(Ipv6Address::parse("1:2:3:4:5:6:7::").value() == "1:2:3:4:5:6:7:0"_ip6);
    BOOST_TEST(Ipv6Address::parse("::2:3:4:5:6:7:8").value() == "0:2:3:4:5:6:7:8"_ip6);
    BOOST_TEST(Ipv6Address::parse("1:2:3::5:6:7:8").value() == "1:2:3:0:5:6:7:8"_ip6);
    BOOST_TEST(Ipv6Address::parse("1::").value() == Ipv6Address(std::uint64_t{1} << 48, 0));
    BOOST_TEST(Ipv6Address::parse("::1:2:3:4:1.2.3.4").value() == "0:0:1:2:3:4:102:304"_ip6);
    BOOST_TEST(!Ipv6Address::parse("1:2:3:4::5:6:7:8"));
}

BOOST_AUTO_TEST_CASE(everything_but_the_forms_of_rfc_4291_is_malformed) {
    for (const char* const text :
         {"", ":", ":::", "::::", "1", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", ":2:3:4:5:6:7:8",
          "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "::1::",
          "1:::2", "1:2:3:4::5:6:7:8", "12345::", "::12345", "::00001", "g::", "::g", "1::2:", "::1:", " ::1", "::1 ",
          "[::1]", "::1%1", "fe80::1%eth0", "::1/128", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::01.2.3.4",
          "::1.2.3.4:5", "1.2.3.4", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4", "::1:2:3:4:5:6:1.2.3.4",
          "::a.2.3.4", "::.2.3.4", "::ffff:1.2.3.4 ", "::-1", "::+1", "0x1::", "::1\n", "1;2", "::1234.1.1.1"}) {
        const auto read = Ipv6Address::parse(text);
        BOOST_TEST((!read && read.assume_error() == errc::malformed_address), '"' << text << "\" was read");
        agrees_with_the_system<V6>(text);
    }
    BOOST_TEST(!Ipv6Address::parse(std::string_view("::1\0", 4)));
    BOOST_TEST(!Ipv6Address::parse(std::string_view{}));
}

BOOST_AUTO_TEST_CASE(mutated_texts_are_legal_exactly_when_the_system_says_so) {
    Random random;
    constexpr std::string_view alphabet = "0123456789abcdefABF::::....%/ gx-";
    for (int i = 0; i < 200'000; ++i) {
        std::string text{random.below(2) == 0 ? to_text(random.address<V4>()) : to_text(random.address<V6>())};
        for (auto changes = random.below(4); changes > 0; --changes) {
            const auto at = static_cast<std::size_t>(random.below(text.size() + 1));
            const char letter = alphabet[static_cast<std::size_t>(random.below(alphabet.size()))];
            switch (random.below(3)) {
                case 0: text.insert(at, 1, letter); break;
                case 1: text.erase(at, 1); break;
                default: if (at < text.size()) text[at] = letter;
            }
        }
        agrees_with_the_system<V4>(text);
        agrees_with_the_system<V6>(text);
    }
}

BOOST_AUTO_TEST_CASE(bytes_are_in_network_order) {
    BOOST_TEST((("10.1.2.3"_ip4).bytes() == Ipv4Address::Bytes{10, 1, 2, 3}));
    const Ipv6Address::Bytes bytes{0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0xfe, 0xff};
    BOOST_TEST(("2001:db8:1:2:3:4:5:feff"_ip6.bytes() == bytes));
    BOOST_TEST(Ipv6Address::from_bytes(bytes) == "2001:db8:1:2:3:4:5:feff"_ip6);
}

BOOST_AUTO_TEST_CASE(bytes_and_numbers_give_the_address_back) {
    Random random;
    for (int i = 0; i < 10'000; ++i) {
        const auto four = random.address<V4>();
        const auto six = random.address<V6>();
        BOOST_REQUIRE(Ipv4Address::from_bytes(four.bytes()) == four);
        BOOST_REQUIRE(Ipv4Address::from_bits(four.bits()) == four);
        BOOST_REQUIRE(Ipv6Address::from_bytes(six.bytes()) == six);
        BOOST_REQUIRE(Ipv6Address::from_bits(six.bits()) == six);
    }
}

BOOST_AUTO_TEST_CASE(addresses_order_as_their_bytes_do) {
    Random random;
    for (int i = 0; i < 10'000; ++i) {
        const auto a = random.address<V6>();
        const auto b = random.address<V6>();
        BOOST_REQUIRE((a < b) == (a.bytes() < b.bytes()));
        const auto c = random.address<V4>();
        const auto d = random.address<V4>();
        BOOST_REQUIRE((c < d) == (c.bytes() < d.bytes()));
    }
}

BOOST_AUTO_TEST_CASE(arithmetic_stops_at_the_ends_of_the_family) {
    BOOST_TEST(checked_add("10.0.0.255"_ip4, 1).value() == "10.0.1.0"_ip4);
    BOOST_TEST(checked_subtract("10.0.1.0"_ip4, 1).value() == "10.0.0.255"_ip4);
    BOOST_TEST(checked_add("::ffff:ffff:ffff:ffff"_ip6, 1).value() == "0:0:0:1::"_ip6);
    BOOST_TEST((checked_add("255.255.255.255"_ip4, 1).error() == errc::address_overflow));
    BOOST_TEST((checked_add("0.0.0.1"_ip4, Uint128{1, 0}).error() == errc::address_overflow));
    BOOST_TEST((checked_subtract("0.0.0.0"_ip4, 1).error() == errc::address_overflow));
    BOOST_TEST((checked_add("ffff::"_ip6, Uint128::max()).error() == errc::address_overflow));
    BOOST_TEST(checked_add("::"_ip6, Uint128::max()).value() == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"_ip6);
    BOOST_TEST((checked_subtract("::"_ip6, 1).error() == errc::address_overflow));
    BOOST_TEST((distance("10.0.0.0"_ip4, "10.0.1.0"_ip4) == Uint128{256}));
    BOOST_TEST((distance("1::"_ip6, "::"_ip6) == Uint128{std::uint64_t{1} << 48, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
