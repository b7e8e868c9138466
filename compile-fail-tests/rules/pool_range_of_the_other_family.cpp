// SPDX-License-Identifier: BSL-1.0
// rule:   a V6 pool has IPv6 ranges, and grows by them.
// remedy: IpPool<V4>.
// expect: grow
// expect: V6
// lines-gcc-16+: 27 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  21 because compilers list the overloads of grow()
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;

void probe(estate::IpPool<estate::V6>& pool) {
#if defined(ESTATE_ILLEGAL)
    (void)pool.grow("192.0.2.0/25"_cidr4, "192.0.2.0/24"_cidr4);
#else
    (void)pool.grow("2001:db8::/65"_cidr6, "2001:db8::/64"_cidr6);
#endif
}
