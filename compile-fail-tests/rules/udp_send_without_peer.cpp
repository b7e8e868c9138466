// SPDX-License-Identifier: BSL-1.0
// rule:   send() goes to the peer that connect() fixed.
// remedy: send_to(), or connect() first.
// expect: send'
// expect: estate::Bound
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket,
           [[maybe_unused]] estate::SocketAddress<estate::V4> peer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send("hello");
#else
    (void)socket.send_to("hello", peer);
#endif
}
