// SPDX-License-Identifier: BSL-1.0
// rule:   a lease of a static pool does not leave the function that has the pool.
// remedy: give the pool static storage.
// expect: address of stack memory associated with local variable 'pool' returned
// only:   clang
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;
using Fixed = estate::StaticIpPool<"10.0.0.0/24"_cidr4>;

estate::result<Fixed::lease> probe(const estate::Owner& owner) {
#if defined(ESTATE_ILLEGAL)
    Fixed pool;
    return pool.allocate(owner);
#else
    static constinit Fixed pool;
    return pool.allocate(owner);
#endif
}
