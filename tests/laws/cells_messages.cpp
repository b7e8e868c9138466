// SPDX-License-Identifier: BSL-1.0
// What datagrams have that are sent in segments or with packet information, and others have not.

#if defined(ESTATE_TEST_DECORATED)
#include "message_stage.hpp"

#include "cell_cases.hpp"
#include "lives.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(message_cells)
ESTATE_LAWS_OF_CELLS(lives::OfMessages, "segments and packet information")
BOOST_AUTO_TEST_SUITE_END()
}  // namespace

#elif !defined(__wasi__)
#include <boost/test/unit_test.hpp>

#include "../support/check.hpp"

BOOST_AUTO_TEST_CASE(each_cell_of_segments_and_of_packet_information_has_laws) {
    estate::test::print_skipped("they are compiled where a sanitizer runs them: cmake --preset asan");
}

#endif
