// SPDX-License-Identifier: BSL-1.0
// rule:   bind() consumes the socket, as every transition does.
// remedy: std::move(socket).bind(address), and go on with what it returns.
// wrote:  socket.bind(...) without std::move
// expect: deleted
// expect: bind
// lines:  16 because compilers list the overloads and where they are deleted
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>& fresh, estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    (void)fresh.bind(address);
#else
    (void)std::move(fresh).bind(address);
#endif
}
