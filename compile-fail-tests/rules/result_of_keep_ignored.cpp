// SPDX-License-Identifier: BSL-1.0
// rule:   a lease that a pool refuses to keep is still the caller's; its binding is the way to one that it keeps.
// remedy: look at what keep() returns.
// expect: ignoring return
// expect: nodiscard
// lines:  11 because GCC shows the declarations and that warnings are errors
#include <estate/pool.hpp>

void probe(estate::IpPool<estate::V4>& pool, estate::Lease<estate::V4>&& lease) {
#if defined(ESTATE_ILLEGAL)
    pool.keep(std::move(lease));
#else
    if (const auto kept = pool.keep(std::move(lease))) (void)kept.assume_value().generation();
#endif
}
