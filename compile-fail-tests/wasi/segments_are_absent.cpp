// SPDX-License-Identifier: BSL-1.0
// rule:   WASI neither cuts nor joins datagrams.
// remedy: send_batch(), which sends one after the other.
// expect: no member named 'with_segments'
// expect: estate::Udp<estate::V4
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>&& socket,
           [[maybe_unused]] std::span<const estate::OutgoingDatagram<estate::SocketAddress<estate::V4>>> batch) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).with_segments();
#else
    (void)socket.send_batch(batch);
#endif
}
