// SPDX-License-Identifier: BSL-1.0
// rule:   a socket has one owner, so it is not assigned from another.
// remedy: std::move() it.
// expect: deleted
// lines-gcc-14+: 20 because GCC says how to see the other candidates
// lines:  14 because compilers show where the assignment was deleted
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer,
           estate::ConnectedSocket<estate::Tcp<estate::V4>>& other) {
#if defined(ESTATE_ILLEGAL)
    other = peer;
#else
    other = std::move(peer);
#endif
}
