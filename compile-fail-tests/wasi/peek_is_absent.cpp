// SPDX-License-Identifier: BSL-1.0
// rule:   a stream of WASI gives its bytes away when they are looked at.
// remedy: receive, and keep what was received.
// expect: no member named 'peek'
// expect: estate::Tcp<estate::V4
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& socket, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.peek(buffer);
#else
    (void)socket.recv(buffer);
#endif
}
