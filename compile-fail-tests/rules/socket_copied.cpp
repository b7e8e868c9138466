// SPDX-License-Identifier: BSL-1.0
// rule:   a socket has one owner, so it is not copied.
// remedy: std::move() it.
// wrote:  auto copy = socket
// expect: deleted
// lines-gcc-14+: 20 because GCC says how to see the other candidates
// lines:  14 because compilers show where the copy constructor was deleted
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    auto copy = peer;
    (void)copy.handle();
#else
    auto moved = std::move(peer);
    (void)moved.handle();
#endif
}
