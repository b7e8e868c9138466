// SPDX-License-Identifier: BSL-1.0
// rule:   a lease goes back to the pool it came from, which its type names.
// remedy: take the lease of that pool, or be a template over AddressHold.
// expect: BasicStaticIpPool<
// lines:  16 because compilers show the ways to make a lease
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;
using Fixed = estate::StaticIpPool<"10.0.0.0/24"_cidr4>;

#if defined(ESTATE_ILLEGAL)
estate::Lease<estate::V4> probe(Fixed::lease lease) { return lease; }
#else
Fixed::lease probe(Fixed::lease lease) { return lease; }
#endif
