// SPDX-License-Identifier: BSL-1.0
// rule:   address pools have a header of their own.
// remedy: #include <estate/pool.hpp>
// wrote:  IpPool<V4> pool{...} with <estate/estate.hpp> alone
// expect-gcc:   is not a member of
// errors-gcc: 3 because it says the same mistake more than once
// lines-gcc: 11 because it shows what else there is, and where
// expect-clang: no member named
// errors-clang: 3 because it says the same mistake more than once
// lines-clang: 14 because it shows what else there is, and where
#include <estate/estate.hpp>

void probe() {
#if defined(ESTATE_ILLEGAL)
    estate::IpPool<estate::V4> pool{"front"};
#else
    (void)estate::CidrRange<estate::V4>::parse("10.0.0.0/8");
#endif
}
