// SPDX-License-Identifier: BSL-1.0
// rule:   IPV6_V6ONLY is an option of IPv6.
// remedy: leave it out.
// expect: v6_only
// expect: estate::V4
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& four,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V6>>& six) {
#if defined(ESTATE_ILLEGAL)
    (void)four.set(estate::option::v6_only{true});
#else
    (void)six.set(estate::option::v6_only{true});
#endif
}
