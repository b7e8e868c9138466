// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/pool/lease/timers.hpp>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "net/random.hpp"
#include "support/sanitizers.hpp"

namespace {
using namespace estate;
using detail::Slot;
using detail::Timers;

constexpr std::int64_t tick = 1 << 20;

/// Calls again as long as it has not looked at all.
Slot<V4>* pop(Timers<V4>& timers, std::int64_t now) {
    Slot<V4>* slot = timers.pop(now);
    while (slot == nullptr && timers.is_behind()) slot = timers.pop(now);
    return slot;
}

BOOST_AUTO_TEST_SUITE(timers)

BOOST_AUTO_TEST_CASE(timers_behave_like_a_sorted_set_of_ticks) {
    constexpr std::size_t size = 400;
    Random random;
    Timers<V4> timers;
    std::vector<Slot<V4>> slots(size);
    std::multimap<std::uint64_t, std::size_t> due;
    std::vector<std::multimap<std::uint64_t, std::size_t>::iterator> where(size, due.end());
    std::int64_t now = 0;
    const int operations = ESTATE_TEST_ASAN || ESTATE_TEST_TSAN ? 100'000 : 500'000;
    for (int i = 0; i < operations; ++i) {
        const std::size_t at = random.below(size);
        const auto what = random.below(100);
        if (what < 60) {
            if (where[at] == due.end()) {
                // from the past to years ahead, so that all levels are in use
                const auto ahead = static_cast<std::int64_t>(random.number() >> (random.below(50) + 10));
                const std::int64_t wanted = random.below(20) == 0 ? 0 : now + ahead % (std::int64_t{1} << 52);
                timers.insert(slots[at], wanted);
                const auto first_tick = static_cast<std::uint64_t>((wanted + tick - 1) / tick);
                where[at] = due.emplace(first_tick, at);
            } else {
                timers.erase(slots[at]);
                due.erase(where[at]);
                where[at] = due.end();
            }
        } else if (what < 98) {
            now += static_cast<std::int64_t>(random.number() >> (random.below(44) + 20));
            now %= std::int64_t{1} << 61;
            while (Slot<V4>* const popped = pop(timers, now)) {
                const auto index = static_cast<std::size_t>(popped - slots.data());
                if (where[index] == due.end()) BOOST_FAIL("it was not there");
                if (where[index]->first > static_cast<std::uint64_t>(now / tick)) BOOST_FAIL("it came early");
                due.erase(where[index]);
                where[index] = due.end();
            }
            if (!due.empty() && due.begin()->first <= static_cast<std::uint64_t>(now / tick))
                BOOST_FAIL("one was left");
        } else if (timers.count() != due.size()) {
            BOOST_FAIL("the count");
        }
        if (now > std::int64_t{1} << 60) break;
    }
    BOOST_TEST(timers.count() == due.size());
}

BOOST_AUTO_TEST_CASE(what_is_due_comes_in_the_order_of_time) {
    Random random;
    Timers<V4> timers;
    std::vector<Slot<V4>> slots(2000);
    for (auto& slot : slots) timers.insert(slot, static_cast<std::int64_t>(random.below(std::uint64_t{1} << 45)));
    std::uint64_t last = 0;
    std::size_t count = 0;
    while (const Slot<V4>* const slot = pop(timers, std::int64_t{1} << 46)) {
        BOOST_REQUIRE(slot->due >= last);
        last = slot->due;
        ++count;
    }
    BOOST_TEST(count == slots.size());
}

BOOST_AUTO_TEST_CASE(nothing_is_due_a_nanosecond_early_at_any_level) {
    for (unsigned bits = 1; bits < 62; ++bits) {
        for (const std::int64_t offset : {-1, 0, 1}) {
            Timers<V4> timers;
            Slot<V4> slot;
            const std::int64_t due = (std::int64_t{1} << bits) + offset;
            timers.insert(slot, due);
            BOOST_REQUIRE(pop(timers, due - 1) == nullptr);
            BOOST_REQUIRE(pop(timers, due + tick) == &slot);
            BOOST_REQUIRE(timers.count() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_timer_set_while_others_wait_above_it_is_in_order) {
    Timers<V4> timers;
    std::vector<Slot<V4>> slots(4096);
    // the digits of two levels, from the far end
    for (std::size_t i = slots.size(); i-- > 0;) timers.insert(slots[i], static_cast<std::int64_t>(i + 1) * tick);
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const auto now = static_cast<std::int64_t>(i + 1) * tick;
        BOOST_REQUIRE(pop(timers, now) == &slots[i]);
        BOOST_REQUIRE(pop(timers, now) == nullptr);
        timers.insert(slots[i], now + 63 * tick);
        timers.erase(slots[i]);
    }
    BOOST_TEST(timers.count() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
