// SPDX-License-Identifier: BSL-1.0
// rule:   only who holds a lease gives its address back, or who has the binding of one that the pool keeps; a number
//         proves nothing.
// remedy: std::move(lease).release()
// expect: IpBinding<
// lines:  13 because both compilers quote the parameter, and Clang each constructor of it
#include <estate/pool.hpp>

void probe(estate::IpPool<estate::V4>& pool, estate::Lease<estate::V4> lease) {
#if defined(ESTATE_ILLEGAL)
    pool.release(lease.address());
#else
    (void)pool;
    std::move(lease).release();
#endif
}
