// SPDX-License-Identifier: BSL-1.0
// rule:   the path of a socket is not empty.
// remedy: name a file; a socket without a name is not bound at all.
// expect: a_path_of_a_socket_is_not_empty_and_has_no_nul_in_it
// lines:  18 because compilers show the constant evaluation
// errors-gcc-16+: 2 because GCC 16 names the call and the function that ends it
#include <estate/net/unix_literals.hpp>

using namespace estate::literals;

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)""_unix_path;
#else
    (void)"/run/x"_unix_path;
#endif
}
