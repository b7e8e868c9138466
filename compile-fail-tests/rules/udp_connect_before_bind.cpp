// SPDX-License-Identifier: BSL-1.0
// rule:   a datagram socket has an address before it has a peer.
// remedy: bind_any(), then connect().
// expect: connect'
// expect: estate::Created
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Udp<estate::V4>>&& fresh,
           [[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>&& bound,
           estate::SocketAddress<estate::V4> peer) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(fresh).connect(peer);
#else
    (void)std::move(bound).connect(peer);
#endif
}
