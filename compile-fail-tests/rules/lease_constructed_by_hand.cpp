// SPDX-License-Identifier: BSL-1.0
// rule:   a lease comes from a pool, never from nothing.
// remedy: pool.allocate()
// expect: private
// lines:  14 because compilers show the private constructor
#include <estate/pool.hpp>

estate::result<estate::Lease<estate::V4>> probe(estate::IpPool<estate::V4>& pool) {
#if defined(ESTATE_ILLEGAL)
    static_cast<void>(pool);
    return estate::Lease<estate::V4>{nullptr};
#else
    return pool.allocate("tenant", "web", estate::ResourceType::vm("vm1"));
#endif
}
