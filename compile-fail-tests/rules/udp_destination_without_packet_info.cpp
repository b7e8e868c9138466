// SPDX-License-Identifier: BSL-1.0
// rule:   where a datagram was sent to is told by a socket with packet information.
// remedy: with_packet_info() before bind() or after it.
// expect: destination'
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.recv_from(buffer).value().destination;
#else
    if (auto told = std::move(socket).with_packet_info()) (void)told.value().recv_from(buffer).value().destination;
#endif
}
