// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv4 socket joins IPv4 groups.
// remedy: join_group<V4>, or a udp_v6() socket.
// expect: join_group
// lines-gcc-14+: 36 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  20 because compilers say which constraint failed
#include <estate/estate.hpp>

using namespace estate::literals;

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::join_group<estate::V6>{"ff02::fb"_ip6});
#else
    (void)socket.set(estate::option::join_group<estate::V4>{"224.0.0.251"_ip4});
#endif
}
