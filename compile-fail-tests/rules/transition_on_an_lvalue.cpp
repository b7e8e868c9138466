// SPDX-License-Identifier: BSL-1.0
// rule:   a transition consumes the socket.
// remedy: std::move(socket).listen(), and go on with what it returns.
// wrote:  socket.listen() without std::move
// expect: deleted
// expect: listen
// lines-gcc-14+: 14 because GCC says how to see the other candidates
// lines:  10 because compilers list the overloads and where they are deleted
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Tcp<estate::V4>>& bound) {
#if defined(ESTATE_ILLEGAL)
    (void)bound.listen();
#else
    (void)std::move(bound).listen();
#endif
}
