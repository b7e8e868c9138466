// SPDX-License-Identifier: BSL-1.0
// rule:   a V6 pool keeps IPv6 leases.
// remedy: keep the lease in the pool that it came from.
// expect: keep
// expect: V6>
// lines-gcc-15+: 25 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  17 because compilers list the overloads of keep()
#include <estate/pool.hpp>

void probe([[maybe_unused]] estate::IpPool<estate::V4>& four, [[maybe_unused]] estate::IpPool<estate::V6>& six,
           estate::Lease<estate::V4>&& lease) {
#if defined(ESTATE_ILLEGAL)
    (void)six.keep(std::move(lease));
#else
    (void)four.keep(std::move(lease));
#endif
}
