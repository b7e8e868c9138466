// SPDX-License-Identifier: BSL-1.0
// rule:   a datagram socket with a fixed peer sends to that peer.
// remedy: send(), or disconnect() first.
// expect: send_to'
// expect: estate::Connected
// lines:  5 because GCC adds the name that it thinks was meant
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Udp<estate::V4>>& socket,
           [[maybe_unused]] estate::SocketAddress<estate::V4> peer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send_to("hello", peer);
#else
    (void)socket.send("hello");
#endif
}
