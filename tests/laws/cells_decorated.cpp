// SPDX-License-Identifier: BSL-1.0
// What a transport has that is as another but for some rows of its table, or for what its calls answer. The rest is its
// base's (is_of_base): the row, the member and the backend's call are one.

#if defined(ESTATE_TEST_DECORATED) || defined(__wasi__)
#if !defined(__wasi__)
#include "local_stage.hpp"
#else
#include "lives.hpp"
#endif

#include "nonblocking_stage.hpp"

#include "cell_cases.hpp"

namespace {
using namespace estate;
using namespace estate::test;

#if !defined(__wasi__)
BOOST_AUTO_TEST_SUITE(decorated_cells)
ESTATE_LAWS_OF_CELLS(lives::OfDecorated, "what differs from its base")
BOOST_AUTO_TEST_SUITE_END()
#endif
BOOST_AUTO_TEST_SUITE(nonblocking_cells)
ESTATE_LAWS_OF_CELLS(lives::OfNonBlocking, "what never waits")
BOOST_AUTO_TEST_SUITE_END()
}  // namespace

#else
#include <boost/test/unit_test.hpp>

#include "../support/check.hpp"

BOOST_AUTO_TEST_CASE(each_cell_that_differs_from_its_base_has_laws) {
    estate::test::print_skipped("they are compiled where a sanitizer runs them: cmake --preset asan");
}

#endif
