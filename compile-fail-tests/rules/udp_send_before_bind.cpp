// SPDX-License-Identifier: BSL-1.0
// rule:   a datagram has a source, so the socket is bound first.
// remedy: bind_any() for an ephemeral port.
// wrote:  UDP send_to before bind
// expect: send_to'
// expect: estate::Created
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Udp<estate::V4>>& fresh,
           [[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>& bound,
           estate::SocketAddress<estate::V4> peer) {
#if defined(ESTATE_ILLEGAL)
    (void)fresh.send_to("hello", peer);
#else
    (void)bound.send_to("hello", peer);
#endif
}
