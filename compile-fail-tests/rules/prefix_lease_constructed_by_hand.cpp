// SPDX-License-Identifier: BSL-1.0
// rule:   a prefix lease comes from a PrefixPool, never from nothing.
// remedy: pool.allocate() or pool.allocate_specific()
// expect: no matching
// lines-gcc-15+: 27 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  18 because compilers show the ways to make a lease
#include <estate/pool/prefix_pool.hpp>

auto probe(estate::PrefixPool<estate::V4>& pool, const estate::Owner& owner) {
    const auto free = pool.largest_free().value();
#if defined(ESTATE_ILLEGAL)
    return owner == estate::Owner{} ? 0 : estate::PrefixLease<estate::V4>{free}.range().prefix_length();
#else
    return pool.allocate_specific(free, owner).value().range().prefix_length();
#endif
}
