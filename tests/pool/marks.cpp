// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/pool/range/cooling.hpp>
#include <estate/pool/index/marks.hpp>
#include <map>
#include <set>

#include "net/random.hpp"

namespace {
using namespace estate;
using detail::Cooling;
using detail::Marks;
using detail::Quarantine;

BOOST_AUTO_TEST_SUITE(marks)

void behaves_like_a_set(std::uint32_t size, int operations) {
    Random random;
    Marks marks{size};
    BOOST_REQUIRE(!marks.missing());
    std::set<std::uint32_t> model;
    for (int i = 0; i < operations; ++i) {
        const auto at = static_cast<std::uint32_t>(random.below(size));
        switch (random.below(i / 1000 % 2 == 0 ? 4 : 6)) {
            case 0:
            case 1:
            case 2:
                if (model.insert(at).second) marks.insert(at);
                break;
            case 3:
                if (model.erase(at) == 1) marks.erase(at);
                break;
            case 4:
                if (!model.empty()) {
                    if (marks.first() != *model.begin()) BOOST_FAIL("the first of " << size);
                    const auto taken = marks.take_word();
                    if (taken.word != *model.begin() / 64) BOOST_FAIL("the word of " << size);
                    for (std::uint32_t bit = 0; bit < 64; ++bit) {
                        const bool has = (taken.bits >> bit & 1) != 0;
                        if (has != (model.erase(taken.word * 64 + bit) == 1)) BOOST_FAIL("a bit of " << size);
                    }
                }
                break;
            default: {
                if (random.below(20) != 0) break;
                const auto last = at + static_cast<std::uint32_t>(random.below(size - at));
                marks.erase_span(at, last);
                model.erase(model.lower_bound(at), model.upper_bound(last));
            }
        }
        if (marks.count() != model.size()) BOOST_FAIL("the count of " << size);
    }
}

BOOST_AUTO_TEST_CASE(marks_behave_like_a_set) {
    for (const std::uint32_t size : {1U, 2U, 63U, 64U, 65U, 4095U, 4096U, 4097U, 300'000U})
        behaves_like_a_set(size, 30'000);
    BOOST_TEST(Marks{}.count() == 0U);
}

BOOST_AUTO_TEST_CASE(no_mark_of_a_cooling_set_is_lost_early_or_late) {
    Random random;
    constexpr std::uint32_t size = 5000;
    const Quarantine rule{1000, WhenCooling::refuse};
    Cooling cooling;
    BOOST_REQUIRE(cooling.prepare(size));
    std::map<std::uint32_t, std::int64_t> since;
    std::int64_t now = 0;
    const auto ripen = [&](std::uint32_t words) {
        cooling.expire(rule, now, words, [&](std::uint32_t word, std::uint64_t bits) {
            for (std::uint32_t bit = 0; bit < 64; ++bit) {
                if ((bits >> bit & 1) == 0) continue;
                const auto at = since.find(word * 64 + bit);
                if (at == since.end()) BOOST_FAIL("given twice");
                if (now - at->second < rule.least) BOOST_FAIL("given early");
                since.erase(at);
            }
        });
    };
    for (int i = 0; i < 200'000; ++i) {
        now += static_cast<std::int64_t>(random.below(20) == 0 ? random.below(900) : random.below(3));
        const auto at = static_cast<std::uint32_t>(random.below(size));
        while (cooling.has_due(rule, now)) ripen(16);
        if (since.emplace(at, now).second) cooling.insert(at, now);
        if (random.below(300) == 0) {
            const auto last = std::min(at + 200, size - 1);
            cooling.erase_span(at, last);
            since.erase(since.lower_bound(at), since.upper_bound(last));
        }
        if (random.below(100) == 0) {
            ripen(~std::uint32_t{0});
            for (const auto& [position, when] : since) {
                if (now - when >= 2 * rule.least) BOOST_FAIL("one is late");
            }
        }
        if (random.below(200) == 0 && cooling.count() != 0) {
            std::int64_t oldest = now;
            for (const auto& [position, when] : since) oldest = std::min(oldest, when);
            const auto taken = since.find(cooling.take_oldest());
            if (taken == since.end()) BOOST_FAIL("the oldest was not there");
            if (taken->second > oldest + rule.least) BOOST_FAIL("not of the oldest");
            since.erase(taken);
        }
        if (cooling.count() != since.size()) BOOST_FAIL("the count");
    }
    BOOST_TEST(cooling.count() == since.size());
}

BOOST_AUTO_TEST_CASE(nothing_but_what_has_waited_long_enough_is_taken_out_of_a_cooling_set) {
    const Quarantine rule{1000, WhenCooling::refuse};
    Cooling cooling;
    BOOST_REQUIRE(cooling.prepare(100));
    BOOST_TEST(!cooling.take(7, rule, 2000));  // it is empty
    cooling.insert(7, 0);
    BOOST_TEST(!cooling.take(8, rule, 2000));
    BOOST_TEST(!cooling.take(7, rule, 999));
    BOOST_TEST(cooling.take(7, rule, 1000));
    BOOST_TEST(!cooling.take(7, rule, 2000));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
