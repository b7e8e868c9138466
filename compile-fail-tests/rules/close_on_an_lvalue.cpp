// SPDX-License-Identifier: BSL-1.0
// rule:   closing consumes the socket.
// remedy: std::move(socket).close().
// wrote:  socket.close() without std::move
// expect: deleted
// expect: close
// lines-gcc-14+: 14 because GCC says how to see the other candidates
// lines:  10 because compilers list the overloads and where they are deleted
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.close();
#else
    (void)std::move(peer).close();
#endif
}
