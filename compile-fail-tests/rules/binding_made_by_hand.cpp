// SPDX-License-Identifier: BSL-1.0
// rule:   a binding speaks of a lease that a pool made.
// remedy: pool.get_binding() or lease.binding().
// expect: private
// lines:  14 because compilers show the private constructor
#include <estate/pool.hpp>

void probe(const estate::Lease<estate::V4>& lease) {
#if defined(ESTATE_ILLEGAL)
    const auto binding = estate::IpBinding<estate::V4>();
#else
    const auto binding = lease.binding();
#endif
    (void)lease;
    (void)binding.address();
}
