// SPDX-License-Identifier: BSL-1.0
// rule:   releasing a prefix lease consumes it, and the call says so.
// remedy: std::move(lease).release()
// expect: deleted
// expect: release
// lines:  14 because compilers show the overloads of release()
#include <estate/pool/prefix_pool.hpp>

void probe(estate::PrefixLease<estate::V4>& lease) {
#if defined(ESTATE_ILLEGAL)
    lease.release();
#else
    std::move(lease).release();
#endif
}
