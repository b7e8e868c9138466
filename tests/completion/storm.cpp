// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>

#include "../support/descriptor_count.hpp"
#include "ring_storm.hpp"
#include "rings.hpp"

// A million of the same: benchmarks/programs/ring_storm.cpp, by benchmarks/readiness.py --storm.

namespace {
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(storm)

BOOST_AUTO_TEST_CASE(no_byte_is_lost_or_doubled_by_what_is_cancelled_timed_out_and_closed) {
    if (has_no_ring()) return;
    const std::size_t before = count_descriptors();
    const auto came = std::make_unique<RingStorm>(20261129, 3'000)->run();
    BOOST_TEST(came.cancels > 500u);
    BOOST_TEST(came.timeouts > 50u);
    BOOST_TEST(came.closes > 500u);
    BOOST_TEST(came.bytes > 100'000u);
    BOOST_TEST(came.lost == 0u);
    BOOST_TEST(came.wrong == 0u);
    BOOST_TEST(came.unexplained == 0u);
    BOOST_TEST(count_descriptors() == before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
