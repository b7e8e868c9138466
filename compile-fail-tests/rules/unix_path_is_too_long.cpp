// SPDX-License-Identifier: BSL-1.0
// rule:   a path of a socket has 107 bytes at most.
// remedy: a shorter path; a directory that is nearer.
// expect: the_name_of_a_unix_socket_has_107_bytes_at_most
// lines:  18 because compilers show the constant evaluation
// errors-gcc-16+: 2 because GCC 16 names the call and the function that ends it
#include <estate/net/unix_literals.hpp>

using namespace estate::literals;

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)"/run/directory/directory/directory/directory/directory/directory/directory/directory/directory/directory/directory/x"_unix_path;
#else
    (void)"/run/x"_unix_path;
#endif
}
