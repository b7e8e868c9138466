// SPDX-License-Identifier: BSL-1.0
// rule:   the ranges of a pool share no address.
// remedy: give each address once.
// expect: estate: ranges of a static pool overlap; give each address once
// lines-gcc-14+: 11 because GCC shows the line that asks for it
// lines:  9 because the fault shows inside the pool
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
estate::StaticIpPool<"10.0.0.0/24"_cidr4, "10.0.0.128/25"_cidr4> pool;
#else
estate::StaticIpPool<"10.0.0.0/25"_cidr4, "10.0.0.128/25"_cidr4> pool;
#endif
