// SPDX-License-Identifier: BSL-1.0
// rule:   a static pool keeps every address inside itself.
// remedy: an IpPool, or smaller ranges.
// expect: estate: a static pool has at most 2^24 addresses; lease from an IpPool, or give smaller ranges
// lines-gcc-14+: 11 because GCC shows the line that asks for it
// lines:  9 because the fault shows inside the pool
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
estate::StaticIpPool<"2001:db8::/64"_cidr6> pool;
#else
estate::StaticIpPool<"2001:db8::/124"_cidr6> pool;
#endif
