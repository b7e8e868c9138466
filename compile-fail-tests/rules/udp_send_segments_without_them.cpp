// SPDX-License-Identifier: BSL-1.0
// rule:   only a socket with segments has its bytes cut into datagrams.
// remedy: with_segments() before bind() or after it.
// expect: send_segments'
// expect: estate::Bound
// lines:  5 because GCC adds the name that it thinks was meant
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>& socket, estate::ConstBuffer bytes,
           estate::SocketAddress<estate::V4> peer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send_segments(bytes, 1200, peer);
#else
    if (auto cutting = std::move(socket).with_segments()) (void)cutting.value().send_segments(bytes, 1200, peer);
#endif
}
