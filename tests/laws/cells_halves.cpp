// SPDX-License-Identifier: BSL-1.0
#include "cell_cases.hpp"
#include "lives.hpp"

#if !defined(__wasi__)

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(half_cells)
ESTATE_LAWS_OF_CELLS(lives::OfHalves, "halves of TCP")
BOOST_AUTO_TEST_SUITE_END()
}  // namespace

#endif
