// SPDX-License-Identifier: BSL-1.0
// rule:   a stream sends to its peer only.
// remedy: send().
// expect: send_to'
// expect: estate::Tcp<estate::V4>
// lines:  5 because GCC adds the name that it thinks was meant
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& socket,
           [[maybe_unused]] estate::SocketAddress<estate::V4> peer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send_to("hello", peer);
#else
    (void)socket.send("hello");
#endif
}
