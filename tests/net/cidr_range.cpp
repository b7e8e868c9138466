// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/net/arithmetic.hpp>
#include <estate/net/cidr_constant.hpp>
#include <estate/net/cidr_cover.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/ostream.hpp>
#include <vector>

#include "random.hpp"
#include "support/check.hpp"
#if !defined(__wasi__)
#include "support/child.hpp"
#endif

namespace {
using namespace estate;

template <Family F>
CidrRange<F> random_range(Random& random) {
    return CidrRange<F>::masked(random.address<F>(), static_cast<int>(random.below(F::bits + 1))).value();
}

BOOST_AUTO_TEST_SUITE(cidr_range)

BOOST_AUTO_TEST_CASE(a_range_is_an_address_and_a_prefix_length) {
    const auto range = CidrRange<V4>::parse("192.0.2.0/24").value();
    BOOST_TEST(range.first() == "192.0.2.0"_ip4);
    BOOST_TEST(range.last() == "192.0.2.255"_ip4);
    BOOST_TEST(range.prefix_length() == 24);
    BOOST_TEST((range.size() == Uint128{256}));
    const auto wide = CidrRange<V6>::parse("2001:db8::/32").value();
    BOOST_TEST(wide.last() == "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"_ip6);
    BOOST_TEST((wide.size() == Uint128{std::uint64_t{1} << 32, 0}));
}

BOOST_AUTO_TEST_CASE(the_error_names_the_fault) {
    using Range = CidrRange<V4>;
    for (const char* const text :
         {"", "/24", "10.0.0/24", "10.0.0.0.0/8", "::/24", " 10.0.0.0/8", "010.0.0.0/8", "x"}) {
        BOOST_TEST(test::fails_with(Range::parse(text), errc::malformed_address), text);
        BOOST_TEST(test::fails_with(Range::masked(text), errc::malformed_address), text);
    }
    for (const char* const text : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/00", "10.0.0.0/+8", "10.0.0.0/-8",
                                   "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.0/255.0.0.0", "10.0.0.0/x",
                                   "10.0.0.0/0008", "10.0.0.0/99999999999999999999"}) {
        BOOST_TEST(test::fails_with(Range::parse(text), errc::malformed_prefix), text);
        BOOST_TEST(test::fails_with(Range::masked(text), errc::malformed_prefix), text);
    }
    BOOST_TEST(test::fails_with(Range::parse("10.0.0.0/33"), errc::prefix_too_long));
    BOOST_TEST(test::fails_with(Range::parse("10.0.0.0/999"), errc::prefix_too_long));
    BOOST_TEST(test::fails_with(Range::parse("10.0.0.0/4294967304"), errc::prefix_too_long));
    BOOST_TEST(test::fails_with(CidrRange<V6>::parse("::/129"), errc::prefix_too_long));
    BOOST_TEST(test::fails_with(Range::parse("10.0.0.1/24"), errc::host_bits_set));
    BOOST_TEST(test::fails_with(Range::parse("10.0.0.1/0"), errc::host_bits_set));
    BOOST_TEST(test::fails_with(CidrRange<V6>::parse("2001:db8::1/127"), errc::host_bits_set));
    BOOST_TEST(test::fails_with(Range::make("10.0.0.1"_ip4, 31), errc::host_bits_set));
    BOOST_TEST(test::fails_with(Range::make("10.0.0.0"_ip4, 33), errc::prefix_too_long));
    BOOST_TEST(test::fails_with(Range::make("10.0.0.0"_ip4, -1), errc::prefix_too_long));
    BOOST_TEST(test::fails_with(Range::masked("10.0.0.0"_ip4, 33), errc::prefix_too_long));
}

BOOST_AUTO_TEST_CASE(masked_clears_the_bits_outside_the_prefix) {
    BOOST_TEST(CidrRange<V4>::masked("10.0.0.7/24").value() == "10.0.0.0/24"_cidr4);
    BOOST_TEST(CidrRange<V4>::masked("255.255.255.255"_ip4, 0).value() == "0.0.0.0/0"_cidr4);
    BOOST_TEST(CidrRange<V6>::masked("2001:db8::dead:beef/64").value() == "2001:db8::/64"_cidr6);
    BOOST_TEST(CidrRange<V6>::masked("2001:db8::1/128").value() == CidrRange<V6>::of("2001:db8::1"_ip6));
}

BOOST_AUTO_TEST_CASE(the_whole_family_and_a_single_address_are_ranges) {
    BOOST_TEST("0.0.0.0/0"_cidr4.is_whole());
    BOOST_TEST(("0.0.0.0/0"_cidr4.size() == Uint128{std::uint64_t{1} << 32}));
    BOOST_TEST("0.0.0.0/0"_cidr4.contains("255.255.255.255"_ip4));
    BOOST_TEST(("::/0"_cidr6.size() == Uint128::max()));
    BOOST_TEST(("::/1"_cidr6.size() == Uint128{std::uint64_t{1} << 63, 0}));
    BOOST_TEST("::/0"_cidr6.last() == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"_ip6);
    BOOST_TEST(("10.0.0.1/32"_cidr4.size() == Uint128{1}));
    BOOST_TEST(!"10.0.0.1/32"_cidr4.is_whole());
    BOOST_TEST(CidrRange<V4>{} == "0.0.0.0/32"_cidr4);
    BOOST_TEST(CidrRange<V6>{} == "::/128"_cidr6);
}

template <Family F>
void contains_what_lies_between_first_and_last() {
    Random random;
    for (int i = 0; i < 50'000; ++i) {
        const auto range = random_range<F>(random);
        const auto other = random_range<F>(random);
        const auto ip = random.address<F>();
        const auto inside = [&range](IpAddress<F> at) { return range.first() <= at && at <= range.last(); };
        BOOST_REQUIRE(range.contains(ip) == inside(ip));
        BOOST_REQUIRE(range.contains(range.first()) && range.contains(range.last()));
        if (const auto next = checked_add(range.last(), 1)) BOOST_REQUIRE(!range.contains(next.assume_value()));
        const auto before = checked_subtract(range.first(), 1);
        if (before) BOOST_REQUIRE(!range.contains(before.assume_value()));
        BOOST_REQUIRE(range.contains(other) == (inside(other.first()) && inside(other.last())));
        BOOST_REQUIRE(range.overlaps(other) == (range.first() <= other.last() && other.first() <= range.last()));
        BOOST_REQUIRE(range.overlaps(other) == other.overlaps(range));
        BOOST_REQUIRE(range.is_whole() || range.size() == distance(range.first(), range.last()) + Uint128{1});
        BOOST_REQUIRE(CidrRange<F>::parse(to_text(range)).value() == range);
        if (!range.is_whole()) {
            const auto parent = range.parent().value();
            BOOST_REQUIRE(parent.contains(range) && !range.contains(parent));
            BOOST_REQUIRE(parent.lower_half().value() == range || parent.upper_half().value() == range);
        }
    }
}
BOOST_AUTO_TEST_CASE(a_range_contains_what_lies_between_its_first_and_last_address) {
    contains_what_lies_between_first_and_last<V4>();
    contains_what_lies_between_first_and_last<V6>();
}

BOOST_AUTO_TEST_CASE(halves_divide_a_range_and_one_address_has_none) {
    BOOST_TEST("10.0.0.0/8"_cidr4.lower_half().value() == "10.0.0.0/9"_cidr4);
    BOOST_TEST("10.0.0.0/8"_cidr4.upper_half().value() == "10.128.0.0/9"_cidr4);
    BOOST_TEST("::/0"_cidr6.upper_half().value() == "8000::/1"_cidr6);
    BOOST_TEST(test::fails_with("10.0.0.1/32"_cidr4.lower_half(), errc::prefix_too_long));
    BOOST_TEST(test::fails_with("::1/128"_cidr6.upper_half(), errc::prefix_too_long));
}

BOOST_AUTO_TEST_CASE(the_whole_family_has_no_parent) {
    BOOST_TEST("10.128.0.0/9"_cidr4.parent().value() == "10.0.0.0/8"_cidr4);
    BOOST_TEST(test::fails_with("0.0.0.0/0"_cidr4.parent(), errc::prefix_too_long));
}

BOOST_AUTO_TEST_CASE(subnets_are_counted_from_zero) {
    BOOST_TEST("10.0.0.0/8"_cidr4.subnet(0, 24).value() == "10.0.0.0/24"_cidr4);
    BOOST_TEST("10.0.0.0/8"_cidr4.subnet(65535, 24).value() == "10.255.255.0/24"_cidr4);
    BOOST_TEST("2001:db8::/32"_cidr6.subnet(0x1234, 48).value() == "2001:db8:1234::/48"_cidr6);
    BOOST_TEST("::/0"_cidr6.subnet(Uint128::max(), 128).value() ==
               "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"_cidr6);
    BOOST_TEST("10.0.0.0/8"_cidr4.subnet(0, 8).value() == "10.0.0.0/8"_cidr4);
    BOOST_TEST(test::fails_with("10.0.0.0/8"_cidr4.subnet(65536, 24), errc::invalid_argument));
    BOOST_TEST(test::fails_with("10.0.0.0/8"_cidr4.subnet(0, 7), errc::prefix_too_long));
    BOOST_TEST(test::fails_with("10.0.0.0/8"_cidr4.subnet(0, 33), errc::prefix_too_long));
}

BOOST_AUTO_TEST_CASE(ranges_order_by_first_address_and_the_wider_comes_first) {
    BOOST_TEST(("10.0.0.0/8"_cidr4 < "10.0.0.0/9"_cidr4));
    BOOST_TEST(("10.0.0.0/9"_cidr4 < "10.0.1.0/24"_cidr4));
}

BOOST_AUTO_TEST_CASE(addresses_from_one_to_another_are_as_few_ranges_as_they_can_be) {
    std::vector<CidrRange<V4>> seen;
    const auto keep = [&](const CidrRange<V4>& range) { return seen.push_back(range), seen.size() < 3; };
    BOOST_TEST(for_each_cidr_range("0.0.0.0"_ip4, "255.255.255.255"_ip4, keep));
    BOOST_REQUIRE(seen.size() == 1U);
    BOOST_TEST(seen[0] == "0.0.0.0/0"_cidr4);

    seen.clear();
    BOOST_TEST(for_each_cidr_range("10.0.0.1"_ip4, "10.0.0.3"_ip4, keep));
    BOOST_REQUIRE(seen.size() == 2U);
    BOOST_TEST(seen[0] == "10.0.0.1/32"_cidr4);
    BOOST_TEST(seen[1] == "10.0.0.2/31"_cidr4);

    seen.clear();
    BOOST_TEST(!for_each_cidr_range("10.0.0.1"_ip4, "10.0.0.254"_ip4, keep));  // who has seen enough says so
    BOOST_TEST(seen.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_constant_gives_its_range_back_or_ends_the_program) {
    CidrConstant<V4> constant{"10.0.0.0/8"_cidr4};
    BOOST_TEST(constant.range() == "10.0.0.0/8"_cidr4);
    BOOST_TEST(CidrRange<V4>(constant) == "10.0.0.0/8"_cidr4);
#if !defined(__wasi__)  // a component has no child that could end
    constant.length = 5;
    BOOST_TEST(test::dying_words([&] { static_cast<void>(constant.range()); }) ==
               "estate: a CidrConstant was changed; make one from a CidrRange\n");
#endif
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
