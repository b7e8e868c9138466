// SPDX-License-Identifier: BSL-1.0
// rule:   the groups of a socket can be changed, not asked for.
// remedy: keep account of them where they are joined.
// expect: join_group
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.get<estate::option::join_group<estate::V4>>();
#else
    (void)socket.set(estate::option::join_group<estate::V4>{});
#endif
}
