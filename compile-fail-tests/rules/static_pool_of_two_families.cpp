// SPDX-License-Identifier: BSL-1.0
// rule:   the ranges of a static pool are of one family.
// remedy: a pool for each family.
// expect: RangesOfOneFamily
// lines-gcc-16+: 21 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  13 because the fault shows inside the pool
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
estate::StaticIpPool<"192.0.2.0/28"_cidr4, "2001:db8::/124"_cidr6> pool;
#else
estate::StaticIpPool<"192.0.2.0/28"_cidr4, "198.51.100.0/28"_cidr4> pool;
#endif
