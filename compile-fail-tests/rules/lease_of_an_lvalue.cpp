// SPDX-License-Identifier: BSL-1.0
// rule:   binding takes the lease over.
// remedy: std::move(lease), or lease.share() to go on using it.
// expect: bind
// lines-gcc-14+: 59 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  33 because compilers list the overloads of bind()
#include <estate/estate.hpp>
#include <estate/pool.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh, estate::Lease<estate::V4>& lease) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(fresh).bind(lease, 80);
#else
    (void)std::move(fresh).bind(lease.share(), 80);
#endif
}
