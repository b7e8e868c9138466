// SPDX-License-Identifier: BSL-1.0
// rule:   a group and its source are of the family of the socket.
// remedy: join_source of the socket's family.
// expect: set
// expect: join_source
// lines-gcc-14+: 35 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  22 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket,
           [[maybe_unused]] estate::option::join_source<estate::V6> six,
           [[maybe_unused]] estate::option::join_source<estate::V4> four) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(six);
#else
    (void)socket.set(four);
#endif
}
