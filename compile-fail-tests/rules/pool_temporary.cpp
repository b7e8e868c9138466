// SPDX-License-Identifier: BSL-1.0
// rule:   a lease is of a pool that goes on; one that ends with the statement has nothing to give.
// remedy: give the pool a name, and a longer life than its leases.
// expect-gcc: discards qualifiers
// expect-clang: lvalue
// lines:  12 because compilers show the declarations
#include <estate/pool.hpp>

estate::IpPool<estate::V4> make();

bool probe(const estate::Owner& owner) {
#if defined(ESTATE_ILLEGAL)
    const auto lease = make().allocate(owner);
#else
    auto pool = make();
    const auto lease = pool.allocate(owner);
#endif
    return lease.has_value();
}
