// SPDX-License-Identifier: BSL-1.0
// rule:   a magazine has its addresses alone; a copy would lease them twice.
// remedy: pool.magazine() for another one, std::move() for another owner.
// expect: deleted
// lines-gcc-14+: 17 because GCC says how to see the other candidates
// lines:  11 because compilers show where the copy constructor was deleted
#include <estate/pool.hpp>

void probe(estate::Magazine<estate::V4>& magazine) {
#if defined(ESTATE_ILLEGAL)
    [[maybe_unused]] auto copy = magazine;
#else
    [[maybe_unused]] auto moved = std::move(magazine);
#endif
}
