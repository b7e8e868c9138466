// SPDX-License-Identifier: BSL-1.0
// rule:   a lease is released once.
// remedy: release it where it ends, or leave that to its destructor.
// expect: 'consumed' state
// only:   consumed
#include <estate/pool.hpp>

void probe(estate::Lease<estate::V4> lease) {
    auto other = lease.share();
    std::move(lease).release();
#if defined(ESTATE_ILLEGAL)
    std::move(lease).release();
#else
    std::move(other).release();
#endif
}
