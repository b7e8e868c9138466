// SPDX-License-Identifier: BSL-1.0
// rule:   a lease has one owner; assigning it hands it over.
// remedy: lease.share() for a further user of the address, std::move() for another owner.
// expect: deleted
// lines-gcc-14+: 13 because GCC says how to see the other candidates
// lines:  11 because compilers show where the copy assignment was deleted
#include <estate/pool.hpp>

void probe(estate::Lease<estate::V4>& mine, const estate::Lease<estate::V4>& other) {
#if defined(ESTATE_ILLEGAL)
    mine = other;
#else
    mine = other.share();
#endif
}
