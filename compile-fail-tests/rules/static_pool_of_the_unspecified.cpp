// SPDX-License-Identifier: BSL-1.0
// rule:   a pool leases no address that stands for any address.
// remedy: leave 0.0.0.0/32 and ::/128 out.
// expect: estate: no socket can have 0.0.0.0/32 or ::/128 alone; leave it out of a static pool
// lines-gcc-14+: 11 because GCC shows the line that asks for it
// lines:  9 because the fault shows inside the pool
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
estate::StaticIpPool<"0.0.0.0/32"_cidr4> pool;
#else
estate::StaticIpPool<"0.0.0.0/31"_cidr4> pool;
#endif
