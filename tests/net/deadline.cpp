// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <estate/backend/until.hpp>
#include <estate/base/deadline.hpp>
#include <estate/net/buffer.hpp>

namespace {
using namespace estate;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

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
    BOOST_TEST(!Deadline::at_once().is_never());
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

BOOST_AUTO_TEST_CASE(a_deadline_is_made_of_the_nanoseconds_of_its_clock) {
    static_assert(Deadline::at(7).nanoseconds() == 7 && Deadline::at(7) < Deadline::at(8));
    BOOST_TEST((Deadline::at(7) == at(7ns)));
    BOOST_TEST((Deadline::at(0) == Deadline::at_once()));
    BOOST_TEST(Deadline::at(INT64_MAX).is_never());
    BOOST_TEST(Deadline::at(-1).has_passed(INT64_MIN));
}

BOOST_AUTO_TEST_CASE(at_once_has_passed_and_never_does_not) {
    for (const std::int64_t now : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, INT64_MAX}) {
        BOOST_TEST(Deadline::at_once().has_passed(now), now);
        BOOST_TEST(!Deadline::never().has_passed(now), now);
    }
}

BOOST_AUTO_TEST_CASE(a_deadline_has_passed_from_its_own_moment_on) {
    const Deadline until = at(100ns);
    BOOST_TEST(!until.has_passed(99));
    BOOST_TEST(until.has_passed(100));
    BOOST_TEST(until.has_passed(101));
    BOOST_TEST(at(-1ns).has_passed(0));
    BOOST_TEST(at(steady_clock::duration::min()).has_passed(INT64_MIN));
    BOOST_TEST(!at(std::chrono::nanoseconds{INT64_MAX - 1}).has_passed(INT64_MAX - 2));
    BOOST_TEST(at(std::chrono::nanoseconds{INT64_MAX - 1}).has_passed(INT64_MAX - 1));
}

BOOST_AUTO_TEST_CASE(a_duration_counts_from_the_time_that_is_given) {
    BOOST_TEST(Deadline::in(2s, 5).nanoseconds() == 2'000'000'005);
    BOOST_TEST(Deadline::in(std::chrono::duration<double>(0.5), 5).nanoseconds() == 500'000'005);
    BOOST_TEST(Deadline::in(std::chrono::duration<unsigned char>(255), 0).nanoseconds() == 255'000'000'000);
    BOOST_TEST(Deadline::in(0s, 5).has_passed(5));
    BOOST_TEST(Deadline::in(-2s, 5).has_passed(5));
    BOOST_TEST(!Deadline::in(1ns, 5).has_passed(5));
    BOOST_TEST((Deadline::in(1min, 7) == at(1min + 7ns)));
}

BOOST_AUTO_TEST_CASE(a_duration_beyond_the_clock_saturates) {
    BOOST_TEST(Deadline::in(std::chrono::nanoseconds::max(), 1).is_never());
    BOOST_TEST(Deadline::in(std::chrono::nanoseconds::max(), 0).is_never());
    BOOST_TEST(Deadline::in(1ns, INT64_MAX).is_never());
    BOOST_TEST(Deadline::in(std::chrono::hours::max(), 1).is_never());
    BOOST_TEST(Deadline::in(std::chrono::duration<unsigned long long>(UINT64_MAX), 1).is_never());
    BOOST_TEST(Deadline::in(std::chrono::duration<double>(1e300), 1).is_never());
    for (const Deadline past : {Deadline::in(std::chrono::hours::min(), 1), Deadline::in(std::chrono::nanoseconds::min(), 1),
                                Deadline::in(std::chrono::nanoseconds::min(), -1),
                                Deadline::in(std::chrono::duration<double>(-1e300), 1)}) {
        BOOST_TEST(past.has_passed(1));
        BOOST_TEST(!past.is_never());
    }
}

BOOST_AUTO_TEST_CASE(deadlines_order_by_time_and_never_is_the_last) {
    const Deadline soon = at(1s);
    const Deadline late = at(1h);
    BOOST_TEST((Deadline::at_once() < soon && soon < late && late < Deadline::never()));
    BOOST_TEST((at(-1s) < Deadline::at_once()));
    BOOST_TEST((soon == at(1000ms)));
    BOOST_TEST((soon <=> late == std::strong_ordering::less));
    BOOST_TEST((std::min(soon, late) == soon));
    BOOST_TEST((std::max(late, soon) == late));
    BOOST_TEST((earlier_of(soon, late) == soon && earlier_of(late, soon) == soon));
    BOOST_TEST((earlier_of(Deadline::never(), late) == late));
    BOOST_TEST((earlier_of(late, steady_clock::time_point(1s)) == soon));
}

/// A clock that a program can read without anything at hand.
struct Counter {
    static std::int64_t now_nanoseconds() noexcept { return now; }
    static inline std::int64_t now = 0;
};

BOOST_AUTO_TEST_CASE(a_clock_that_can_be_read_anywhere_needs_no_time_given) {
    Counter::now = 1'000;
    const auto until = BasicDeadline<Counter>::in(1us);
    BOOST_TEST(until.nanoseconds() == 2'000);
    BOOST_TEST(!until.has_passed());
    Counter::now = 2'000;
    BOOST_TEST(until.has_passed());
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

BOOST_AUTO_TEST_CASE(a_wait_that_ends_before_the_clock_can_count_has_passed) {
    BOOST_TEST((Deadline::in(-1ns, INT64_MIN) == Deadline::at_once()));
    BOOST_TEST((Deadline::in(1ns, INT64_MAX) == Deadline::never()));
}

BOOST_AUTO_TEST_CASE(a_call_that_its_deadline_ended_is_told_from_one_that_met_something) {
    BOOST_TEST(is_end_of(Deadline::never(), errc::deadline_exceeded));
    BOOST_TEST(is_end_of(Deadline::never(), errc::stopped));
    BOOST_TEST(!is_end_of(Deadline::never(), errc::end_of_stream));
    BOOST_TEST(!is_end_of(Deadline::never(), errc::moved_from));  // the socket was: there is no waker
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
