// SPDX-License-Identifier: BSL-1.0
// rule:   a leased range has one owner; a copy would give it back twice.
// remedy: std::move() for another owner; lease.range() is a value.
// expect: deleted
// lines-gcc-14+: 13 because GCC says how to see the other candidates
// lines:  11 because compilers show where the copy constructor was deleted
#include <estate/pool/prefix_pool.hpp>

void probe(estate::PrefixLease<estate::V4>& lease) {
#if defined(ESTATE_ILLEGAL)
    [[maybe_unused]] auto copy = lease;
#else
    [[maybe_unused]] auto moved = std::move(lease);
#endif
}
