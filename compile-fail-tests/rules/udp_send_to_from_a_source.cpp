// SPDX-License-Identifier: BSL-1.0
// rule:   only a socket with packet information can be told where to send from.
// remedy: with_packet_info() before bind() or after it.
// expect: send_to
// expect: estate::Source
// lines:  26 because all forms of send_to() are named
// lines-gcc-16+: 33 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket, estate::SocketAddress<estate::V4> peer,
           estate::Source<estate::V4> source) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send_to("hello", peer, source);
#else
    if (auto told = std::move(socket).with_packet_info()) (void)told.value().send_to("hello", peer, source);
#endif
}
