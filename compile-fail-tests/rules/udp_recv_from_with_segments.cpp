// SPDX-License-Identifier: BSL-1.0
// rule:   a socket with segments may receive several datagrams in one piece, which recv_from() would take for one.
// remedy: recv_segments(), which tells where each begins.
// expect: recv_from'
// expect: estate::Segmented
// lines:  5 because GCC adds the name that it thinks was meant
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Segmented<estate::Udp<estate::V4>>>& socket, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.recv_from(buffer);
#else
    (void)socket.recv_segments(buffer);
#endif
}
