// SPDX-License-Identifier: BSL-1.0
// rule:   a batch of a socket without a fixed peer names a peer for each datagram.
// remedy: a span of OutgoingDatagram, each with its peer; buffers alone after connect().
// expect: send_batch
// expect: deleted
// lines:  10 because GCC shows where the other form is deleted
// lines-gcc-16+: 13 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket, std::span<const estate::ConstBuffer> buffers,
           std::span<const estate::OutgoingDatagram<estate::SocketAddress<estate::V4>>> datagrams) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send_batch(buffers);
    (void)datagrams;
#else
    (void)socket.send_batch(datagrams);
    (void)buffers;
#endif
}
