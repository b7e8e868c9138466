// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <estate/base/milliseconds.hpp>
#include <estate/base/seconds.hpp>
#include <limits>
#include <ratio>

namespace {
using namespace estate;

constexpr int most = 0x7fffffff;

template <class Rep, class Period = std::ratio<1>>
int seconds(Rep count) {
    return Seconds(std::chrono::duration<Rep, Period>(count)).count();
}

BOOST_AUTO_TEST_SUITE(seconds_of_an_option)

BOOST_AUTO_TEST_CASE(whole_seconds_of_every_representation_are_kept_up_to_the_limit) {
    BOOST_TEST(seconds<signed char>(127) == 127);
    BOOST_TEST(seconds<unsigned char>(255) == 255);
    BOOST_TEST(seconds<short>(32'767) == 32'767);
    BOOST_TEST(seconds<int>(most) == most);
    BOOST_TEST(seconds<unsigned>(most) == most);
    BOOST_TEST(seconds<unsigned>(most - 1U) == most - 1);
    BOOST_TEST(seconds<long long>(most) == most);
    BOOST_TEST(seconds<unsigned long long>(most - 1U) == most - 1);
    BOOST_TEST((seconds<unsigned short, std::ratio<60>>(65'535)) == 65'535 * 60);
    BOOST_TEST((seconds<int, std::ratio<60>>(most / 60)) == most / 60 * 60);
    BOOST_TEST((seconds<long long, std::ratio<3600>>(most / 3600)) == most / 3600 * 3600);
}

BOOST_AUTO_TEST_CASE(a_duration_beyond_the_limit_is_the_limit) {
    BOOST_TEST(seconds<unsigned>(most + 1U) == most);
    BOOST_TEST(seconds<unsigned>(UINT32_MAX) == most);
    BOOST_TEST(seconds<long long>(most + 1LL) == most);
    BOOST_TEST(seconds<long long>(INT64_MAX) == most);
    BOOST_TEST(seconds<unsigned long long>(most + 1ULL) == most);
    BOOST_TEST(seconds<unsigned long long>(1ULL << 63) == most);
    BOOST_TEST(seconds<unsigned long long>((1ULL << 63) - 1) == most);
    BOOST_TEST(seconds<unsigned long long>(UINT64_MAX) == most);
    BOOST_TEST((seconds<int, std::ratio<60>>(most / 60 + 1)) == most);
    BOOST_TEST((seconds<unsigned long long, std::ratio<60>>(UINT64_MAX)) == most);
    BOOST_TEST((seconds<unsigned long long, std::ratio<60>>(UINT64_MAX / 60 + 1)) == most);  // 60 times it wraps to 44
    BOOST_TEST((seconds<signed char, std::ratio<INT64_MAX>>(1)) == most);
    BOOST_TEST((seconds<unsigned long long, std::ratio<INT64_MAX>>(2)) == most);
    BOOST_TEST((seconds<unsigned long long, std::ratio<INT64_MAX>>(0)) == 0);
}

BOOST_AUTO_TEST_CASE(a_negative_duration_is_minus_one) {
    BOOST_TEST(seconds<signed char>(-128) == -1);
    BOOST_TEST(seconds<int>(std::numeric_limits<int>::min()) == -1);
    BOOST_TEST(seconds<long long>(INT64_MIN) == -1);
    BOOST_TEST((seconds<long long, std::ratio<60>>(INT64_MIN)) == -1);
    BOOST_TEST((seconds<long long, std::ratio<INT64_MAX>>(-1)) == -1);
    BOOST_TEST(Seconds(-7).count() == -1);
    BOOST_TEST(Seconds(std::numeric_limits<int>::min()).count() == -1);
    BOOST_TEST(Seconds(most).count() == most);
    BOOST_TEST(Milliseconds(-7).count() == -1);
    BOOST_TEST(Milliseconds(7).count() == 7);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
