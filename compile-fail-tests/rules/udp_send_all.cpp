// SPDX-License-Identifier: BSL-1.0
// rule:   a datagram goes whole or not at all; there is no rest to send.
// remedy: send().
// expect: send_all'
// expect: estate::Udp<estate::V4>
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Udp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send_all("hello");
#else
    (void)socket.send("hello");
#endif
}
