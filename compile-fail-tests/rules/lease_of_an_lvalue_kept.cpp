// SPDX-License-Identifier: BSL-1.0
// rule:   keeping takes the lease over: the pool has it from then on.
// remedy: std::move(lease), or lease.share() to go on using the address.
// expect: keep
// lines:  10 because compilers list the overloads of keep()
#include <chrono>
#include <estate/pool.hpp>

void probe(estate::IpPool<estate::V4>& pool, estate::Lease<estate::V4>& lease) {
#if defined(ESTATE_ILLEGAL)
    (void)pool.keep(lease, std::chrono::hours{1});
#else
    (void)pool.keep(lease.share(), std::chrono::hours{1});
#endif
}
