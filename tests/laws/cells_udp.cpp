// SPDX-License-Identifier: BSL-1.0
#include "cell_cases.hpp"

namespace {
using namespace estate;
using namespace estate::test;

// The tables do not ask for the family: with a lease one of them does.
using Lives = std::tuple<Life<Udp<V4, Ground::Datagram>, false>, Life<Udp<V4, Ground::Datagram>, true>,
                         Life<Udp<V6, Ground::Datagram>, false>>;

BOOST_AUTO_TEST_SUITE(udp_cells)
ESTATE_LAWS_OF_CELLS(Lives, "UDP")
BOOST_AUTO_TEST_SUITE_END()
}  // namespace
