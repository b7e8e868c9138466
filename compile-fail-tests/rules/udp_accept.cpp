// SPDX-License-Identifier: BSL-1.0
// rule:   UDP has no connections to accept.
// remedy: receive with recv_from(), or connect() to fix the peer.
// expect: accept'
// expect: estate::Udp<estate::V4>
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket,
           [[maybe_unused]] estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.accept();
#else
    (void)socket.recv_from(buffer);
#endif
}
