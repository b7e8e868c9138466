// SPDX-License-Identifier: BSL-1.0
// rule:   a magazine is a thread's for many leases; one that ends with the statement leases ahead for nobody.
// remedy: keep the magazine, or lease from the pool.
// expect-gcc: discards qualifiers
// expect-clang: lvalue
// lines:  12 because compilers show the declarations
#include <estate/pool.hpp>

estate::Magazine<estate::V4> make();

bool probe() {
#if defined(ESTATE_ILLEGAL)
    const auto lease = make().allocate("web", {});
#else
    auto magazine = make();
    const auto lease = magazine.allocate("web", {});
#endif
    return lease.has_value();
}
