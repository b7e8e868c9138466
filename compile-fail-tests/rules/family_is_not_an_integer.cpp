// SPDX-License-Identifier: BSL-1.0
// rule:   a family is V4 or V6.
// remedy: new_tcp<V4>(), new_tcp<V6>().
// expect-gcc: Family
// expect-clang: constraints not satisfied
// expect: new_tcp
// lines:  25 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)estate::new_tcp<int>();
#else
    (void)estate::new_tcp<estate::V4>();
#endif
}
