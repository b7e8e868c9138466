// SPDX-License-Identifier: BSL-1.0
#if !defined(__wasi__)
#include "local_stage.hpp"

#include "cell_cases.hpp"
#include "lives.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(local_cells)
ESTATE_LAWS_OF_CELLS(lives::OfLocal, "Unix-domain sockets")
BOOST_AUTO_TEST_SUITE_END()
}  // namespace

#endif
