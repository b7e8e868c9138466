// SPDX-License-Identifier: BSL-1.0
#include "cell_cases.hpp"

namespace {
using namespace estate;
using namespace estate::test;

// The tables do not ask for the family: with a lease one of them does.
using Lives = std::tuple<Life<Tcp<V4, Ground::Stream>, false>, Life<Tcp<V4, Ground::Stream>, true>,
                         Life<Tcp<V6, Ground::Stream>, false>>;

BOOST_AUTO_TEST_SUITE(tcp_cells)
ESTATE_LAWS_OF_CELLS(Lives, "TCP")
BOOST_AUTO_TEST_SUITE_END()
}  // namespace
