// SPDX-License-Identifier: BSL-1.0
// rule:   a datagram socket has no stream that could be half closed.
// remedy: close(), or disconnect() to drop the peer.
// expect: shutdown_send'
// expect: estate::Udp<estate::V4>
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Udp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).shutdown_send();
#else
    (void)std::move(socket).disconnect();
#endif
}
