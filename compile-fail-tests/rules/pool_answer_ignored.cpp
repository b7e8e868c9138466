// SPDX-License-Identifier: BSL-1.0
// rule:   a lease that nobody keeps is given back at once.
// remedy: keep what allocate() returns.
// expect: ignoring return
// expect: nodiscard
// lines:  10 because GCC shows the declarations and that warnings are errors
#include <estate/pool.hpp>

void probe(estate::IpPool<estate::V4>& pool) {
#if defined(ESTATE_ILLEGAL)
    pool.allocate("tenant", "web", estate::ResourceType::vm("vm1"));
#else
    if (auto lease = pool.allocate("tenant", "web", estate::ResourceType::vm("vm1"))) (void)lease.assume_value().address();
#endif
}
