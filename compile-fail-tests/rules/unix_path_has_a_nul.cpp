// SPDX-License-Identifier: BSL-1.0
// rule:   a path ends at its first NUL, so it has none; an abstract name is a kind of its own.
// remedy: write the name behind the NUL as an abstract one.
// expect: a_path_of_a_socket_is_not_empty_and_has_no_nul_in_it
// lines:  18 because compilers show the constant evaluation
// errors-gcc-16+: 2 because GCC 16 names the call and the function that ends it
#include <estate/net/unix_literals.hpp>

using namespace estate::literals;

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)"\0x"_unix_path;
#else
    (void)"x"_unix_abstract;
#endif
}
