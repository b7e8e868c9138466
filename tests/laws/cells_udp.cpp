// SPDX-License-Identifier: BSL-1.0
#include "cell_cases.hpp"
#include "lives.hpp"

namespace {
using namespace estate;
using namespace estate::test;

BOOST_AUTO_TEST_SUITE(udp_cells)
ESTATE_LAWS_OF_CELLS(lives::OfUdp, "UDP")
BOOST_AUTO_TEST_SUITE_END()
}  // namespace
