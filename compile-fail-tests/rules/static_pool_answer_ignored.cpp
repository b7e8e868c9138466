// SPDX-License-Identifier: BSL-1.0
// rule:   a lease of a static pool that nobody keeps is given back at once.
// remedy: keep what allocate() returns.
// expect: ignoring return
// expect: nodiscard
// lines:  10 because GCC shows the declarations and that warnings are errors
#include <estate/net/literals.hpp>
#include <estate/pool.hpp>

using namespace estate::literals;

void probe(estate::StaticIpPool<"10.0.0.0/24"_cidr4>& pool, const estate::Owner& owner) {
#if defined(ESTATE_ILLEGAL)
    pool.allocate(owner);
#else
    if (auto lease = pool.allocate(owner)) (void)lease.assume_value().address();
#endif
}
