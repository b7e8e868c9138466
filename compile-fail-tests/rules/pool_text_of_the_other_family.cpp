// SPDX-License-Identifier: BSL-1.0
// rule:   a V4 pool has IPv4 ranges.
// remedy: IpPool<V6>.
// expect: V4
// lines-gcc-15+: 27 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  18 because compilers list the overloads
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;

void probe(estate::IpPool<estate::V4>& pool) {
#if defined(ESTATE_ILLEGAL)
    (void)pool.add_cidr_range("2001:db8::/64"_cidr6);
#else
    (void)pool.add_cidr_range("192.0.2.0/24"_cidr4);
#endif
}
