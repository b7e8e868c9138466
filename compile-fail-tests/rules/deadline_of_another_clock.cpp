// SPDX-License-Identifier: BSL-1.0
// rule:   deadlines of two clocks, the system's and that of a simulated world, do not mix.
// remedy: compare deadlines of one clock.
// expect-gcc: no match for
// expect-clang: invalid operands
// lines:  20 because the candidates are listed
// lines-gcc-16+: 28 because the candidates are listed, each with the place of its argument
#include <estate/base/deadline.hpp>

struct World {};
using WorldDeadline = estate::BasicDeadline<World>;

bool probe(estate::Deadline ours, WorldDeadline theirs) {
#if defined(ESTATE_ILLEGAL)
    return ours < theirs;
#else
    return ours < ours && theirs < theirs;
#endif
}
