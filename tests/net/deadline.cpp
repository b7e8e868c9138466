// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <estate/net/buffer.hpp>
#include <estate/base/deadline.hpp>

namespace {
using namespace estate;
using std::chrono::steady_clock;

template <class Duration>
Deadline at(Duration since_epoch) {
    return std::chrono::time_point<steady_clock, Duration>(since_epoch);
}

BOOST_AUTO_TEST_SUITE(deadline)

BOOST_AUTO_TEST_CASE(a_point_of_any_resolution_becomes_nanoseconds) {
    BOOST_TEST(at(std::chrono::nanoseconds{7}).nanoseconds() == 7);
    BOOST_TEST(at(std::chrono::milliseconds{7}).nanoseconds() == 7'000'000);
    BOOST_TEST(at(std::chrono::hours{1}).nanoseconds() == 3'600'000'000'000);
    BOOST_TEST(at(std::chrono::duration<std::int64_t, std::pico>{7'000}).nanoseconds() == 7);
    BOOST_TEST(at(std::chrono::duration<std::int64_t, std::ratio<2, 3>>{3}).nanoseconds() == 2'000'000'000);
    const auto now = steady_clock::now();
    BOOST_TEST(Deadline(now).nanoseconds() == now.time_since_epoch().count());
}

BOOST_AUTO_TEST_CASE(a_point_beyond_the_clock_is_never) {
    BOOST_TEST(Deadline::never().is_never());
    BOOST_TEST(Deadline(steady_clock::time_point::max()).is_never());
    BOOST_TEST(at(std::chrono::hours::max()).is_never());
    BOOST_TEST(at(std::chrono::milliseconds::max()).is_never());
    BOOST_TEST(at(std::chrono::duration<std::int64_t, std::ratio<7, 3>>::max()).is_never());
    BOOST_TEST(!Deadline::now().is_never());
}

BOOST_AUTO_TEST_CASE(a_point_before_the_clock_has_passed) {
    BOOST_TEST(at(std::chrono::hours::min()).nanoseconds() <= 0);
    BOOST_TEST(at(std::chrono::milliseconds::min()).nanoseconds() <= 0);
    BOOST_TEST(at(std::chrono::duration<std::int64_t, std::ratio<7, 3>>::min()).nanoseconds() <= 0);
    BOOST_TEST(Deadline(steady_clock::time_point::min()).nanoseconds() <= 0);
}

BOOST_AUTO_TEST_CASE(a_fraction_of_a_tick_counts) {
    BOOST_TEST(at(std::chrono::duration<double>(1.5)).nanoseconds() == 1'500'000'000);
    BOOST_TEST(at(std::chrono::duration<float, std::milli>(0.5F)).nanoseconds() == 500'000);
    using Frames = std::chrono::duration<std::int64_t, std::ratio<1, 60>>;
    BOOST_TEST(at(Frames(60 * 86'400)).nanoseconds() == 86'400 * std::int64_t{1'000'000'000});
}

BOOST_AUTO_TEST_CASE(text_and_bytes_view_the_same_memory) {
    const std::string_view text = "hello";
    const ConstBuffer bytes = as_buffer(text);
    BOOST_TEST(bytes.size() == 5U);
    BOOST_TEST((bytes[0] == std::byte{'h'}));
    BOOST_TEST(as_text(bytes).data() == text.data());
    BOOST_TEST(as_text(bytes) == text);
    BOOST_TEST(as_buffer("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
