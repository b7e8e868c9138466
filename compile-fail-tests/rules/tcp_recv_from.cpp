// SPDX-License-Identifier: BSL-1.0
// rule:   a stream receives from its peer only.
// remedy: recv(); remote_addr() tells who that is.
// expect: recv_from'
// expect: estate::Tcp<estate::V4>
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& socket, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.recv_from(buffer);
#else
    (void)socket.recv(buffer);
#endif
}
