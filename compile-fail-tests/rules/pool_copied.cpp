// SPDX-License-Identifier: BSL-1.0
// rule:   a pool is one account of who has what; two would hand out the same address.
// remedy: pass it by reference.
// expect: deleted
// lines-gcc-14+: 13 because GCC says how to see the other candidates
// lines:  9 because compilers show where the copy constructor was deleted
#include <estate/pool.hpp>

void probe(estate::IpPool<estate::V4>& pool) {
#if defined(ESTATE_ILLEGAL)
    auto copy = pool;
    (void)copy.stats();
#else
    auto& same = pool;
    (void)same.stats();
#endif
}
