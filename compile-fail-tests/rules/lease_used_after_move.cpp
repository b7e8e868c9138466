// SPDX-License-Identifier: BSL-1.0
// rule:   a lease that was given away is no longer here.
// remedy: ask it first, or share() it.
// expect: invalid invocation of method 'address' on object 'lease' while it is in the 'consumed' state
// only:   consumed
#include <estate/estate.hpp>
#include <estate/pool.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>> fresh, estate::Lease<estate::V4> lease) {
#if defined(ESTATE_ILLEGAL)
    auto bound = std::move(fresh).bind(std::move(lease), 80);
    (void)lease.address();
#else
    (void)lease.address();
    auto bound = std::move(fresh).bind(std::move(lease), 80);
#endif
}
