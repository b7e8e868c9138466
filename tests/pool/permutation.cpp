// SPDX-License-Identifier: BSL-1.0
#include <boost/test/unit_test.hpp>
#include <estate/pool/index/permutation.hpp>
#include <vector>

namespace {
using namespace estate;
using namespace estate::detail;

BOOST_AUTO_TEST_SUITE(permutation)

BOOST_AUTO_TEST_CASE(every_number_comes_once_at_every_size) {
    for (std::uint64_t size = 1; size <= 600; ++size) {
        const Permutation order(size, {size, 77});
        std::vector<bool> seen(size);
        for (std::uint64_t i = 0; i < size; ++i) {
            const Uint128 at = order(i);
            BOOST_REQUIRE((at < Uint128{size}));
            BOOST_REQUIRE(!seen[at.low()]);
            seen[at.low()] = true;
        }
    }
}

BOOST_AUTO_TEST_CASE(the_largest_orders_stay_inside) {
    for (const Uint128 size :
         {(Uint128::max)(), Uint128{1} << 127U, (Uint128{1} << 64U) + Uint128{1}, Uint128{1} << 64U}) {
        const Permutation order(size, {1, 2});
        for (std::uint64_t i = 0; i < 1000; ++i) BOOST_REQUIRE((order(size - Uint128{1} - Uint128{i}) < size));
    }
}

BOOST_AUTO_TEST_CASE(numbers_in_a_row_land_all_over) {
    const Permutation order(Uint128{1} << 64U, {3, 4});
    int buckets[16] = {};
    for (std::uint64_t i = 0; i < 16'000; ++i) ++buckets[order(i).low() >> 60];
    for (const int count : buckets) BOOST_TEST((count > 850 && count < 1150), count);  // 1000 +- 5 sigma
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
