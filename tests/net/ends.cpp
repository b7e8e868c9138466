// SPDX-License-Identifier: BSL-1.0
// Each value at, and beyond, both ends of its range.
#include <boost/test/unit_test.hpp>
#include <climits>
#include <cstdint>
#include <estate/net/address_list.hpp>
#include <estate/net/arithmetic.hpp>
#include <estate/net/backlog.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>

#include "support/check.hpp"

namespace {
using namespace estate;

BOOST_AUTO_TEST_SUITE(ends_of_ranges)

BOOST_AUTO_TEST_CASE(a_port_is_0_to_65535) {
    BOOST_TEST(Port{0}.number() == 0);
    BOOST_TEST(Port{65535}.number() == 65535);
    BOOST_TEST(Port{std::uint16_t{UINT16_MAX}}.number() == 65535);
    BOOST_TEST(Port::parse("0").value().number() == 0);
    BOOST_TEST(Port::parse("65535").value().number() == 65535);
    for (const char* const text : {"65536", "-1", "70000", "131072", "4294967296", "9999999999", "10000000000",
                                   "18446744073709551616"}) {
        BOOST_TEST(test::fails_with(Port::parse(text), errc::malformed_port), text);
    }
}

BOOST_AUTO_TEST_CASE(a_backlog_is_1_or_more) {
    BOOST_TEST(Backlog{INT_MIN}.length() == 1);
    BOOST_TEST(Backlog{-1}.length() == 1);
    BOOST_TEST(Backlog{0}.length() == 1);
    BOOST_TEST(Backlog{1}.length() == 1);
    BOOST_TEST(Backlog{INT_MAX}.length() == INT_MAX);
}

template <Family F>
void prefix_lengths_end() {
    const auto zero = IpAddress<F>::any();
    const auto last = CidrRange<F>::masked(zero, 0).value().last();
    for (const int length : {INT_MIN, -129, -1, F::bits + 1, 256, 256 + F::bits, INT_MAX}) {
        BOOST_TEST(test::fails_with(CidrRange<F>::make(zero, length), errc::prefix_too_long), length);
        BOOST_TEST(test::fails_with(CidrRange<F>::masked(last, length), errc::prefix_too_long), length);
        BOOST_TEST(test::fails_with(CidrRange<F>::make(zero, 0).value().subnet(0, length), errc::prefix_too_long), length);
    }
    const auto whole = CidrRange<F>::make(zero, 0).value();
    BOOST_TEST(whole.is_whole());
    BOOST_TEST(whole.contains(zero));
    BOOST_TEST(whole.contains(last));
    BOOST_TEST(test::fails_with(whole.parent(), errc::prefix_too_long));
    const auto one = CidrRange<F>::make(last, F::bits).value();
    BOOST_TEST(one.first() == last);
    BOOST_TEST(one.last() == last);
    BOOST_TEST((one.size() == Uint128{1}));
    BOOST_TEST(test::fails_with(one.lower_half(), errc::prefix_too_long));
    BOOST_TEST(test::fails_with(one.upper_half(), errc::prefix_too_long));
    BOOST_TEST(one.subnet(0, F::bits).value() == one);
    BOOST_TEST(test::fails_with(one.subnet(1, F::bits), errc::invalid_argument));
    BOOST_TEST(whole.subnet((Uint128::max)() >> static_cast<unsigned>(128 - F::bits), F::bits).value() == one);
    BOOST_TEST(whole.subnet(0, 0).value() == whole);
    BOOST_TEST(test::fails_with(whole.subnet(1, 0), errc::invalid_argument));
    BOOST_TEST(test::fails_with(whole.subnet((Uint128::max)(), 0), errc::invalid_argument));
    BOOST_TEST(test::fails_with(checked_add(last, 1), errc::address_overflow));
    BOOST_TEST(test::fails_with(checked_add(IpAddress<F>::from_bits(1), (Uint128::max)()), errc::address_overflow));
    BOOST_TEST(test::fails_with(checked_subtract(zero, 1), errc::address_overflow));
    BOOST_TEST(test::fails_with(checked_subtract(zero, (Uint128::max)()), errc::address_overflow));
}

BOOST_AUTO_TEST_CASE(a_prefix_length_is_0_to_the_width_of_the_address) {
    prefix_lengths_end<V4>();
    prefix_lengths_end<V6>();
    BOOST_TEST((CidrRange<V4>::masked(Ipv4Address{}, 0).value().size() == Uint128{std::uint64_t{1} << 32}));
    BOOST_TEST((CidrRange<V6>::masked(Ipv6Address{}, 0).value().size() == (Uint128::max)()));
}

BOOST_AUTO_TEST_CASE(a_zone_is_0_to_2_to_the_32_minus_1) {
    const SocketAddress<V6> at{"fe80::1"_ip6, 1};
    BOOST_TEST(at.with_zone(0).zone() == 0U);
    BOOST_TEST(at.with_zone(UINT32_MAX).zone() == UINT32_MAX);
    BOOST_TEST(SocketAddress<V6>::parse("[fe80::1%4294967295]:1").value() == at.with_zone(UINT32_MAX));
    BOOST_TEST(test::fails_with(SocketAddress<V6>::parse("[fe80::1%4294967296]:1"), errc::malformed_zone));
    BOOST_TEST(test::fails_with(SocketAddress<V6>::parse("[fe80::1%0]:1"), errc::malformed_zone));
}

BOOST_AUTO_TEST_CASE(a_text_that_is_full_takes_no_more) {
    AddressText text;
    for (std::size_t i = 0; i < 3 * AddressText::capacity; ++i) text.put('x');
    BOOST_TEST(text.size() == AddressText::capacity);
    text.put(UINT32_MAX).put_hex(UINT32_MAX);
    BOOST_TEST(text.view() == std::string(AddressText::capacity, 'x'));
    BOOST_TEST(std::string(text.c_str()).size() == AddressText::capacity);
    BOOST_TEST(AddressText().put(0U).put_hex(0).view() == "00");
    BOOST_TEST(AddressText().put(UINT32_MAX).put_hex(UINT32_MAX).view() == "4294967295ffffffff");
}

BOOST_AUTO_TEST_CASE(a_list_of_addresses_takes_its_capacity_and_says_that_there_were_more) {
    AddressList<V4> list;
    BOOST_TEST(list.empty());
    for (std::uint16_t port = 1; port <= AddressList<V4>::capacity; ++port) list.add({Ipv4Address::loopback(), port});
    BOOST_TEST(list.size() == AddressList<V4>::capacity);
    BOOST_TEST(!list.truncated());
    list.add({Ipv4Address::loopback(), 1});  // it is there
    BOOST_TEST(!list.truncated());
    list.add({Ipv4Address::loopback(), 999});
    BOOST_TEST(list.size() == AddressList<V4>::capacity);
    BOOST_TEST(list.truncated());
    BOOST_TEST((list[AddressList<V4>::capacity - 1].port() == Port{16}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
