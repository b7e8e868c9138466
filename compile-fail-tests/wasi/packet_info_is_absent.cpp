// SPDX-License-Identifier: BSL-1.0
// rule:   WASI does not tell where a datagram was sent to.
// remedy: a socket for each address.
// expect: no member named 'with_packet_info'
// expect: estate::Udp<estate::V4
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Udp<estate::V4>>&& socket,
           [[maybe_unused]] estate::SocketAddress<estate::V4> at) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).with_packet_info();
#else
    (void)std::move(socket).bind(at);
#endif
}
