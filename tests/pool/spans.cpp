// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/pool/index/spans.hpp>
#include <utility>
#include <vector>

namespace {
using estate::Uint128;
using estate::detail::Span;
using estate::detail::Spans;

constexpr Uint128 most = (Uint128::max)();

void add(Spans& set, Uint128 first, Uint128 last) {
    BOOST_TEST_REQUIRE(set.make_room());
    set.add({first, last});
}
bool gaps_are(const Spans& set, const Span& in, const std::vector<std::pair<Uint128, Uint128>>& expected) {
    std::vector<std::pair<Uint128, Uint128>> found;
    set.for_each_gap_in(in, [&](const Span& gap) { found.emplace_back(gap.first, gap.last); });
    return found == expected;
}

BOOST_AUTO_TEST_SUITE(spans)

BOOST_AUTO_TEST_CASE(what_a_set_has_not_is_visited_by_number) {
    Spans set;
    BOOST_TEST(gaps_are(set, {5, 9}, {{5, 9}}));
    add(set, 10, 19);
    add(set, 30, 39);
    BOOST_TEST(gaps_are(set, {0, 50}, {{0, 9}, {20, 29}, {40, 50}}));
    BOOST_TEST(gaps_are(set, {10, 39}, {{20, 29}}));
    BOOST_TEST(gaps_are(set, {12, 15}, {}));
    BOOST_TEST(gaps_are(set, {15, 34}, {{20, 29}}));
    BOOST_TEST(gaps_are(set, {40, 50}, {{40, 50}}));
}

BOOST_AUTO_TEST_CASE(the_first_and_the_last_number_there_are_are_numbers_as_any) {
    Spans set;
    BOOST_TEST(gaps_are(set, {0, most}, {{0, most}}));
    add(set, 0, 0);
    BOOST_TEST(gaps_are(set, {0, 0}, {}));
    add(set, most, most);
    BOOST_TEST(gaps_are(set, {0, most}, {{1, most - Uint128{1}}}));
    BOOST_TEST(gaps_are(set, {most, most}, {}));
    BOOST_TEST((set.count() == Uint128{2}));
    add(set, 0, most);
    BOOST_TEST(gaps_are(set, {0, most}, {}));
    BOOST_TEST(gaps_are(set, {7, most}, {}));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
