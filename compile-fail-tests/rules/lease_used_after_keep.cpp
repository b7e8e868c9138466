// SPDX-License-Identifier: BSL-1.0
// rule:   a lease that the pool keeps is no longer here.
// remedy: use the binding that keep() gives, or share() the lease first.
// expect: invalid invocation of method 'address' on object 'lease' while it is in the 'consumed' state
// only:   consumed
#include <estate/pool.hpp>

void probe(estate::IpPool<estate::V4>& pool, estate::Lease<estate::V4> lease) {
#if defined(ESTATE_ILLEGAL)
    auto binding = pool.keep(std::move(lease));
    (void)lease.address();
#else
    auto binding = pool.keep(std::move(lease));
    if (binding) (void)binding.assume_value().address();
#endif
}
