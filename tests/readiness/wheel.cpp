// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/readiness/wheel.hpp>
#include <map>
#include <memory>
#include <random>
#include <vector>

// Deadlines in a timing wheel, beside a model that keeps them in order.

namespace {
using namespace estate;

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t tick = std::int64_t{1} << 20;
constexpr std::int64_t start = 1'000'000'000'000;


BOOST_AUTO_TEST_SUITE(wheel)

BOOST_AUTO_TEST_CASE(a_timer_expires_once_not_early_and_at_most_two_ticks_late) {
    for (const std::int64_t after : {std::int64_t{1}, millisecond, 63 * tick, 64 * tick, 65 * tick, 4096 * tick,
                                     std::int64_t{86'400'000} * millisecond}) {
        Wheel wheel(start);
        Timer timer;
        wheel.arm(timer, Deadline::at(start + after), 7);
        int expired = 0;
        wheel.expire(start + after - 1, [&](Timer&) { ++expired; });
        BOOST_TEST(expired == 0);
        BOOST_TEST(timer.is_armed());
        wheel.expire(start + after + 2 * tick, [&](Timer& one) { expired += one.id() == 7 ? 1 : 100; });
        BOOST_TEST(expired == 1);
        BOOST_TEST(!timer.is_armed());
        wheel.expire(start + 10 * after + 100 * tick, [&](Timer&) { ++expired; });
        BOOST_TEST(expired == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_wheel_without_timers_waits_for_ever) {
    Wheel wheel(start);
    BOOST_TEST(wheel.next().is_never());
    {
        Timer timer;
        wheel.arm(timer, Deadline::at(start + millisecond));
        BOOST_TEST(!wheel.next().is_never());
    }
    BOOST_TEST(wheel.next().is_never());  // dropping it cancelled it
    Timer timer;
    wheel.arm(timer, Deadline::at(start + millisecond));
    wheel.arm(timer, Deadline::never());
    BOOST_TEST(wheel.next().is_never());
}

BOOST_AUTO_TEST_CASE(a_timer_may_arm_itself_and_cancel_others_when_it_expires) {
    Wheel wheel(start);
    Timer one;
    Timer other;
    wheel.arm(one, Deadline::at(start + millisecond));
    wheel.arm(other, Deadline::at(start + millisecond));
    int expired = 0;
    wheel.expire(start + 10 * millisecond, [&](Timer& timer) {
        ++expired;
        one.cancel();
        other.cancel();
        wheel.arm(timer, Deadline::at(start));  // has passed: as soon as possible, and not in this call for ever
    });
    BOOST_TEST(expired >= 1);
    BOOST_TEST(expired <= 10);
    BOOST_TEST((one.is_armed() != other.is_armed()));
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_costs_no_other_timer_its_expiry) {
    Wheel wheel(start);
    Timer timers[4];
    // In one slot of a higher level; the first three in one tick.
    for (std::uint32_t i = 0; i < 3; ++i) wheel.arm(timers[i], Deadline::at(start + 128 * tick), i);
    wheel.arm(timers[3], Deadline::at(start + 130 * tick), 3);
    unsigned expired = 0;
    const auto expire = [&](std::int64_t now) {
        wheel.expire(now, [&](Timer& timer) {
            expired |= 1U << timer.id();
            throw timer.id();
        });
    };
    for (int i = 0; i < 3; ++i) BOOST_CHECK_THROW(expire(start + 129 * tick), std::uint32_t);
    BOOST_TEST(expired == 7U);
    expire(start + 129 * tick);
    BOOST_TEST(timers[3].is_armed());
    BOOST_TEST(wheel.next().nanoseconds() <= start + 132 * tick);
    BOOST_CHECK_THROW(expire(start + 132 * tick), std::uint32_t);
    BOOST_TEST(wheel.next().is_never());
}

BOOST_AUTO_TEST_CASE(the_farthest_deadlines_are_waited_for) {
    Wheel wheel;
    Timer far;
    Timer farthest;
    wheel.arm(far, Deadline::at(std::int64_t{1} << 62));
    wheel.arm(farthest, Deadline::at(INT64_MAX - 1));
    BOOST_TEST((wheel.next() > Deadline::at(start)));
    int expired = 0;
    wheel.expire(start, [&](Timer&) { ++expired; });
    BOOST_TEST(expired == 0);
    wheel.expire((std::int64_t{1} << 62) + 2 * tick, [&](Timer&) { ++expired; });
    BOOST_TEST(expired == 1);
    BOOST_TEST(!far.is_armed());
    BOOST_TEST((wheel.next() > Deadline::at(std::int64_t{1} << 62)));
}

BOOST_AUTO_TEST_CASE(random_deadlines_expire_as_in_a_sorted_table) {
    std::mt19937_64 random(12);
    const auto below = [&](std::uint64_t limit) { return random() % limit; };
    Wheel wheel(start);
    std::vector<std::unique_ptr<Timer>> timers;
    for (int i = 0; i < 200; ++i) timers.push_back(std::make_unique<Timer>());
    std::map<std::uint32_t, std::int64_t> model;
    std::int64_t now = start;
    for (int step = 0; step < 100'000; ++step) {
        const auto id = static_cast<std::uint32_t>(below(timers.size()));
        if (const auto kind = below(10); kind < 5) {
            const std::int64_t when = now + static_cast<std::int64_t>(below(std::uint64_t{1} << below(45)));
            wheel.arm(*timers[id], Deadline::at(when), id);
            model[id] = when;
        } else if (kind < 7) {
            timers[id]->cancel();
            model.erase(id);
        } else {
            const Deadline next = wheel.next();
            now += static_cast<std::int64_t>(below(std::uint64_t{1} << below(40)));
            std::int64_t first = INT64_MAX;
            for (const auto& [key, when] : model) first = std::min(first, when);
            if (next.is_never() != model.empty() || (!model.empty() && next.nanoseconds() > first + 2 * tick)) {
                BOOST_FAIL("next() is too late");
            }
            wheel.expire(now, [&](Timer& timer) {
                const auto found = model.find(timer.id());
                if (found == model.end() || found->second > now) BOOST_FAIL("a timer expired that should not");
                model.erase(found);
            });
            for (const auto& [key, when] : model) {
                if (when + 2 * tick < now) BOOST_FAIL("a timer is late");
            }
        }
    }
    BOOST_TEST(model.size() <= timers.size());
}

BOOST_AUTO_TEST_CASE(a_wheel_that_is_dropped_cancels_its_timers) {
    Timer soon;
    Timer late;
    {
        Wheel wheel;
        wheel.arm(soon, Deadline::at(tick));
        wheel.arm(late, Deadline::at(tick << 30));
        BOOST_TEST(soon.is_armed());
        BOOST_TEST(late.is_armed());
    }
    BOOST_TEST(!soon.is_armed());
    BOOST_TEST(!late.is_armed());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
