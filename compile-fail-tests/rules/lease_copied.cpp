// SPDX-License-Identifier: BSL-1.0
// rule:   a lease has one owner; a copy would give the address back twice.
// remedy: lease.share() for a further user of the address, std::move() for another owner.
// expect: deleted
// lines-gcc-14+: 13 because GCC says how to see the other candidates
// lines:  11 because compilers show where the copy constructor was deleted
#include <estate/pool.hpp>

void probe(const estate::Lease<estate::V4>& lease) {
#if defined(ESTATE_ILLEGAL)
    auto copy = lease;
    (void)copy.address();
#else
    auto further = lease.share();
    (void)further.address();
#endif
}
