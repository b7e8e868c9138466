// SPDX-License-Identifier: BSL-1.0
// rule:   a group is joined by a socket that has a port.
// remedy: bind() first.
// expect: join_group
// expect: estate::Created
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Udp<estate::V4>>& fresh,
           [[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>& bound,
           estate::Ipv4Address group) {
#if defined(ESTATE_ILLEGAL)
    (void)fresh.set(estate::option::join_group<estate::V4>{group});
#else
    (void)bound.set(estate::option::join_group<estate::V4>{group});
#endif
}
