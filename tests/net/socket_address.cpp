// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/admissible.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>

#include "random.hpp"

namespace {
using namespace estate;

template <class T>
bool refuses(std::string_view text, errc reason) {
    const auto read = T::parse(text);
    return !read && read.assume_error() == reason;
}

BOOST_AUTO_TEST_SUITE(socket_address)

BOOST_AUTO_TEST_CASE(an_address_and_a_port_are_read) {
    const auto four = SocketAddress<V4>::parse("192.0.2.1:80").value();
    BOOST_TEST(four.address() == "192.0.2.1"_ip4);
    BOOST_TEST(four.port() == Port{80});
    const auto six = SocketAddress<V6>::parse("[2001:db8::1]:65535").value();
    BOOST_TEST(six.address() == "2001:db8::1"_ip6);
    BOOST_TEST(six.port() == Port{65535});
    BOOST_TEST(six.zone() == 0U);
    BOOST_TEST(SocketAddress<V4>::parse("0.0.0.0:0").value() == SocketAddress<V4>{});
}

template <class Address>
constexpr bool is_of_v4 = std::is_same_v<std::remove_cvref_t<Address>, SocketAddress<V4>>;
template <class Address>
constexpr bool is_of_v6 = std::is_same_v<std::remove_cvref_t<Address>, SocketAddress<V6>>;

BOOST_AUTO_TEST_CASE(the_family_is_that_of_the_address) {
    constexpr SocketAddress four{"192.0.2.1"_ip4, 80};
    constexpr SocketAddress six("2001:db8::1"_ip6, 80);
    static_assert(is_of_v4<decltype(four)> && is_of_v6<decltype(six)>);
    BOOST_TEST(four == SocketAddress<V4>("192.0.2.1"_ip4, 80));
    BOOST_TEST(six == SocketAddress<V6>("2001:db8::1"_ip6, 80));

    const std::uint16_t number = 7000;  // known at run time
    const auto ip = Ipv4Address::parse("192.0.2.1").value();
    const auto port = Port::parse("7000").value();
    const SocketAddress of_a_number{ip, number};
    const SocketAddress of_a_port{ip, port};
    const SocketAddress copy = of_a_port;
    static_assert(is_of_v4<decltype(of_a_number)> && is_of_v4<decltype(of_a_port)> && is_of_v4<decltype(copy)>);
    BOOST_TEST(of_a_number == of_a_port);
    BOOST_TEST(copy == of_a_port);
}

BOOST_AUTO_TEST_CASE(the_error_names_the_part_that_is_wrong) {
    using Four = SocketAddress<V4>;
    using Six = SocketAddress<V6>;
    for (const char* const text : {"", ":80", "1.2.3:80", "01.2.3.4:80", "[1.2.3.4]:80", "::1", "1.2.3.4 :80", "x"}) {
        BOOST_TEST(refuses<Four>(text, errc::malformed_address), text);
    }
    for (const char* const text : {"1.2.3.4", "1.2.3.4:", "1.2.3.4:080", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:+1",
                                   "1.2.3.4:80 ", "1.2.3.4: 80", "1.2.3.4:http", "1.2.3.4:80:80", "1.2.3.4:00"}) {
        BOOST_TEST(refuses<Four>(text, errc::malformed_port), text);
    }
    for (const char* const text : {"", "::1", "::1:80", "::1]:80", "[::1:80", "[]:80", "[1.2.3.4]:80", "[ ::1]:80",
                                   " [::1]:80", "[[::1]]:80", "[1::2::3]:80", "[%1]:80"}) {
        BOOST_TEST(refuses<Six>(text, errc::malformed_address), text);
    }
    for (const char* const text :
         {"[::1]", "[::1]:", "[::1]80", "[::1] :80", "[::1]:080", "[::1]:65536", "[::1]]:80"}) {
        BOOST_TEST(refuses<Six>(text, errc::malformed_port), text);
    }
}

BOOST_AUTO_TEST_CASE(a_zone_is_a_number_on_an_address_that_needs_one) {
    using Six = SocketAddress<V6>;
    BOOST_TEST(Six::parse("[fe80::1%1]:80").value().zone() == 1U);
    BOOST_TEST(Six::parse("[ff02::1%4294967295]:80").value().zone() == 4294967295U);
    BOOST_TEST(Six::parse("[ff01::1%12]:80").value().zone() == 12U);
    for (const char* const text :
         {"[fe80::1%]:80", "[fe80::1%0]:80", "[fe80::1%01]:80", "[fe80::1%eth0]:80", "[fe80::1%-1]:80",
          "[fe80::1% 1]:80", "[fe80::1%4294967296]:80", "[fe80::1%10000000000]:80", "[fe80::1%1%2]:80",
          "[fe80::1%99999999999999999999999]:80", "[::1%1]:80", "[2001:db8::1%1]:80", "[ff0e::1%1]:80",
          "[ff05::1%1]:80"}) {
        BOOST_TEST(refuses<Six>(text, errc::malformed_zone), text);
    }
}

BOOST_AUTO_TEST_CASE(an_address_that_means_the_same_everywhere_has_no_zone) {
    BOOST_TEST(SocketAddress<V6>("fe80::1"_ip6, 80).with_zone(3).zone() == 3U);
    BOOST_TEST(SocketAddress<V6>("2001:db8::1"_ip6, 80).with_zone(3).zone() == 0U);
    BOOST_TEST(SocketAddress<V6>("fe80::1"_ip6, 80).with_zone(3) != SocketAddress<V6>("fe80::1"_ip6, 80));
}

BOOST_AUTO_TEST_CASE(every_socket_address_is_read_back_from_its_text) {
    Random random;
    for (int i = 0; i < 50'000; ++i) {
        const Port port{static_cast<std::uint16_t>(random.number())};
        const SocketAddress<V4> four{random.address<V4>(), port};
        BOOST_REQUIRE(SocketAddress<V4>::parse(to_text(four)).value() == four);
        auto ip = random.address<V6>();
        if (random.below(2) == 0) ip = Ipv6Address{0xFE80000000000000, ip.bits().low()};
        const auto six = SocketAddress<V6>{ip, port}.with_zone(static_cast<std::uint32_t>(random.wide().low()));
        BOOST_REQUIRE_MESSAGE(SocketAddress<V6>::parse(to_text(six)).value() == six, six);
    }
}

BOOST_AUTO_TEST_CASE(socket_addresses_order_by_address_first) {
    BOOST_TEST((SocketAddress<V4>("10.0.0.1"_ip4, 9) < SocketAddress<V4>("10.0.0.2"_ip4, 1)));
    BOOST_TEST((SocketAddress<V4>("10.0.0.1"_ip4, 1) < SocketAddress<V4>("10.0.0.1"_ip4, 9)));
    BOOST_TEST((SocketAddress<V6>("fe80::1"_ip6, 9).with_zone(1) < SocketAddress<V6>("fe80::1"_ip6, 1).with_zone(2)));
}

BOOST_AUTO_TEST_CASE(any_and_loopback_name_the_addresses_of_their_family) {
    BOOST_TEST(to_text(SocketAddress<V4>::any(80)) == "0.0.0.0:80");
    BOOST_TEST(to_text(SocketAddress<V4>::loopback(80)) == "127.0.0.1:80");
    BOOST_TEST(to_text(SocketAddress<V6>::any(80)) == "[::]:80");
    BOOST_TEST(to_text(SocketAddress<V6>::loopback(80)) == "[::1]:80");
}

BOOST_AUTO_TEST_CASE(a_port_is_strict_decimal) {
    for (std::uint32_t number = 0; number <= 65535; ++number) {
        BOOST_REQUIRE(Port::parse(std::to_string(number)).value().number() == number);
    }
    for (const char* const text : {"", "00", "01", "65536", "99999", "100000", "4294967376", "18446744073709551696",
                                   "-1", "+1", " 1", "1 ", "a"}) {
        BOOST_TEST(refuses<Port>(text, errc::malformed_port), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(admissible)

struct Case {
    const char* at;
    int stream_peer, datagram_peer, stream_bind, datagram_bind;  // an errc, 0 where it is fine
};
constexpr int mapped = static_cast<int>(errc::address_v4_mapped);
constexpr int unspecified = static_cast<int>(errc::peer_unspecified);
constexpr int port_zero = static_cast<int>(errc::peer_port_zero);
constexpr int multicast = static_cast<int>(errc::peer_multicast);
constexpr int broadcast = static_cast<int>(errc::peer_broadcast);
constexpr int bind = static_cast<int>(errc::bind_multicast);

template <Family F>
void check(const Case& row) {
    const auto at = SocketAddress<F>::parse(row.at).value();
    const auto is = [](const result<void>& got, int expected) {
        return expected == 0 ? got.has_value() : !got && got.assume_error() == static_cast<errc>(expected);
    };
    BOOST_TEST_CONTEXT(row.at) {
        BOOST_TEST(is(check_stream_peer(at), row.stream_peer));
        BOOST_TEST(is(check_datagram_peer(at), row.datagram_peer));
        BOOST_TEST(is(check_stream_bind(at), row.stream_bind));
        BOOST_TEST(is(check_datagram_bind(at), row.datagram_bind));
        BOOST_TEST(is_stream_peer(at) == (row.stream_peer == 0));
        BOOST_TEST(is_datagram_peer(at) == (row.datagram_peer == 0));
        BOOST_TEST(is_stream_bind(at) == (row.stream_bind == 0));
        BOOST_TEST(is_datagram_bind(at) == (row.datagram_bind == 0));
    }
}

BOOST_AUTO_TEST_CASE(what_no_host_accepts_is_refused_with_its_reason) {
    for (const Case& row : std::initializer_list<Case>{
             {"192.0.2.1:80", 0, 0, 0, 0},
             {"127.0.0.1:1", 0, 0, 0, 0},
             {"192.0.2.1:0", port_zero, port_zero, 0, 0},
             {"0.0.0.0:80", unspecified, unspecified, 0, 0},
             {"0.0.0.0:0", unspecified, unspecified, 0, 0},
             {"224.0.0.1:80", multicast, 0, bind, 0},
             {"239.255.255.255:80", multicast, 0, bind, 0},
             {"223.255.255.255:80", 0, 0, 0, 0},
             {"240.0.0.1:80", 0, 0, 0, 0},
             {"224.0.0.1:0", port_zero, port_zero, bind, 0},
             {"255.255.255.255:80", broadcast, 0, bind, 0},
         }) {
        check<V4>(row);
    }
    for (const Case& row : std::initializer_list<Case>{
             {"[2001:db8::1]:80", 0, 0, 0, 0},
             {"[::1]:80", 0, 0, 0, 0},
             {"[::1]:0", port_zero, port_zero, 0, 0},
             {"[::]:80", unspecified, unspecified, 0, 0},
             {"[ff02::1%1]:80", multicast, 0, bind, 0},
             {"[fe80::1%1]:80", 0, 0, 0, 0},
             {"[::ffff:192.0.2.1]:80", mapped, mapped, mapped, mapped},
             {"[::ffff:0.0.0.0]:0", mapped, mapped, mapped, mapped},
             {"[::192.0.2.1]:80", 0, 0, 0, 0},
         }) {
        check<V6>(row);
    }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
