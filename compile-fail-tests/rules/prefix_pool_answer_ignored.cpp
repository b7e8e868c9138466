// SPDX-License-Identifier: BSL-1.0
// rule:   a prefix lease that nobody keeps is given back at once.
// remedy: keep what allocate() returns.
// expect: ignoring return
// expect: nodiscard
// lines:  10 because GCC shows the declarations and that warnings are errors
#include <estate/pool/prefix_pool.hpp>

void probe(estate::PrefixPool<estate::V4>& pool, const estate::Owner& owner) {
#if defined(ESTATE_ILLEGAL)
    pool.allocate(26, owner);
#else
    if (auto lease = pool.allocate(26, owner)) (void)lease.assume_value().range();
#endif
}
