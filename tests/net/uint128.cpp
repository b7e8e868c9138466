// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/base/uint128.hpp>

#include "random.hpp"

namespace {
using estate::Uint128;
__extension__ using Native = unsigned __int128;

Native native(Uint128 a) { return Native{a.high()} << 64 | a.low(); }
bool same(Uint128 a, Native b) { return native(a) == b; }

static_assert(!std::is_convertible_v<Native, Uint128>);  // its upper half would be lost

BOOST_AUTO_TEST_SUITE(uint128)

BOOST_AUTO_TEST_CASE(arithmetic_of_128_bits_is_that_of_the_compiler) {
    Random random;
    for (int i = 0; i < 200'000; ++i) {
        const Uint128 a = random.wide();
        const Uint128 b = random.wide();
        const auto n = static_cast<unsigned>(random.below(128));
        Uint128 c = a;
        const bool ok = same(a + b, native(a) + native(b)) && same(a - b, native(a) - native(b)) &&
                        same(a & b, native(a) & native(b)) && same(a | b, native(a) | native(b)) &&
                        same(a ^ b, native(a) ^ native(b)) && same(~a, ~native(a)) && same(a << n, native(a) << n) &&
                        same(a >> n, native(a) >> n) && (a < b) == (native(a) < native(b)) &&
                        (a == b) == (native(a) == native(b)) && static_cast<bool>(a) == (native(a) != 0) &&
                        same(c += b, native(a) + native(b)) && same(c -= b, native(a)) &&
                        same(++c, native(a) + 1) && same(--c, native(a));
        BOOST_REQUIRE_MESSAGE(ok, "a = " << a.high() << ':' << a.low() << ", b = " << b.high() << ':' << b.low()
                                         << ", n = " << n);
    }
}

BOOST_AUTO_TEST_CASE(shifts_by_the_width_and_more_give_zero) {
    BOOST_TEST(((Uint128::max() << 128) == Uint128{}));
    BOOST_TEST(((Uint128::max() >> 128) == Uint128{}));
    BOOST_TEST(((Uint128::max() >> 200) == Uint128{}));
    BOOST_TEST(((Uint128::max() >> 0) == Uint128::max()));
    BOOST_TEST(((Uint128{1} << 127) == Uint128{0x8000000000000000, 0}));
}

BOOST_AUTO_TEST_CASE(leading_and_trailing_zeros_are_counted_across_both_words) {
    BOOST_TEST(countl_zero(Uint128{}) == 128);
    BOOST_TEST(countr_zero(Uint128{}) == 128);
    for (unsigned n = 0; n < 128; ++n) {
        BOOST_TEST(countl_zero(Uint128{1} << n) == 127 - static_cast<int>(n));
        BOOST_TEST(countr_zero(Uint128{1} << n) == static_cast<int>(n));
    }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_saturates_where_the_name_says_so) {
    BOOST_TEST((saturating_add(Uint128::max(), 1) == Uint128::max()));
    BOOST_TEST((saturating_add(Uint128::max() - Uint128{5}, 5) == Uint128::max()));
    BOOST_TEST((saturating_add(Uint128{1}, 2) == Uint128{3}));
    BOOST_TEST(Uint128(1, 0).saturated() == UINT64_MAX);
    BOOST_TEST(Uint128(7).saturated() == 7U);
}

BOOST_AUTO_TEST_CASE(a_negative_number_is_sign_extended) {
    for (const int negative : {-1, -7, INT32_MIN}) BOOST_TEST(same(Uint128(negative), static_cast<Native>(negative)));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
