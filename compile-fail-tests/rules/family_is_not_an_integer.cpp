// SPDX-License-Identifier: BSL-1.0
// rule:   a family is V4 or V6.
// remedy: new_tcp<V4>(), new_tcp<V6>().
// expect-gcc: Family
// expect-clang: constraints not satisfied
// expect: new_tcp
// lines-gcc-14+: 38 because GCC 16 shows each step to what a constraint lacks, with its place
// lines-gcc: 25 because GCC says which constraint failed
#include <estate/estate.hpp>

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)estate::new_tcp<int>();
#else
    (void)estate::new_tcp<estate::V4>();
#endif
}
