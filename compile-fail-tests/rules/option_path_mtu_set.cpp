// SPDX-License-Identifier: BSL-1.0
// rule:   the system finds the MTU of a path; it is read, and never set.
// remedy: get(), on a connected socket.
// expect: set
// expect: path_mtu
// lines-gcc-14+: 35 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  22 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Udp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::path_mtu{1400});
#else
    (void)socket.get<estate::option::path_mtu>();
#endif
}
