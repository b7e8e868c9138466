// SPDX-License-Identifier: BSL-1.0
// rule:   a lease that was released holds no address.
// remedy: read what you need first, or release last.
// expect: 'consumed' state
// only:   consumed
#include <estate/pool.hpp>

estate::IpAddress<estate::V4> probe(estate::Lease<estate::V4> lease) {
#if defined(ESTATE_ILLEGAL)
    std::move(lease).release();
    return lease.address();
#else
    const auto address = lease.address();
    std::move(lease).release();
    return address;
#endif
}
