// SPDX-License-Identifier: BSL-1.0
// rule:   a prefix lease that was released holds no range.
// remedy: read what you need first, or release last.
// expect: 'consumed' state
// only:   consumed
#include <estate/pool/prefix_pool.hpp>

estate::CidrRange<estate::V4> probe(estate::PrefixLease<estate::V4> lease) {
#if defined(ESTATE_ILLEGAL)
    std::move(lease).release();
    return lease.range();
#else
    const auto range = lease.range();
    std::move(lease).release();
    return range;
#endif
}
