// SPDX-License-Identifier: BSL-1.0
// rule:   only a socket with packet information has somewhere to tell the time of a datagram.
// remedy: with_packet_info() first.
// expect: set
// expect: timestamps
// lines-gcc-14+: 35 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  22 because compilers say which constraint failed
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::timestamps{});
#else
    if (auto telling = std::move(socket).with_packet_info()) (void)telling.value().set(estate::option::timestamps{});
#endif
}
