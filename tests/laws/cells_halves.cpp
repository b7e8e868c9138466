// SPDX-License-Identifier: BSL-1.0
#include "cell_cases.hpp"

#if !defined(__wasi__)

namespace {
using namespace estate;
using namespace estate::test;

using Whole = Tcp<V4, Ground::Stream>;
using Lives = std::tuple<Life<ReadHalf<Whole>, false>, Life<WriteHalf<Whole>, false>, Life<ReadHalf<Whole>, true>,
                         Life<WriteHalf<Whole>, true>, Life<ReadHalf<Tcp<V6, Ground::Stream>>, false>,
                         Life<WriteHalf<Tcp<V6, Ground::Stream>>, false>>;

BOOST_AUTO_TEST_SUITE(half_cells)
ESTATE_LAWS_OF_CELLS(Lives, "halves of TCP")
BOOST_AUTO_TEST_SUITE_END()
}  // namespace

#endif
