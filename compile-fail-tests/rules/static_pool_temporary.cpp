// SPDX-License-Identifier: BSL-1.0
// rule:   the record of a lease is inside its static pool, which must be there as long.
// remedy: give the pool static storage.
// expect-gcc: discards qualifiers
// expect-clang: lvalue
// lines:  12 because compilers show the declarations
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;
using Fixed = estate::StaticIpPool<"10.0.0.0/24"_cidr4>;

Fixed make();

bool probe(const estate::Owner& owner) {
#if defined(ESTATE_ILLEGAL)
    const auto lease = make().allocate(owner);
#else
    auto pool = make();
    const auto lease = pool.allocate(owner);
#endif
    return lease.has_value();
}
