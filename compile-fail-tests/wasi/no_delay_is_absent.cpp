// SPDX-License-Identifier: BSL-1.0
// rule:   WASI has no TCP_NODELAY, and nothing is faked.
// remedy: leave it out: hosts choose; gather small writes in the program.
// expect: no_delay
// expect: estate::Tcp<estate::V4>
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::no_delay{true});
#else
    (void)socket.set(estate::option::keep_alive{true});
#endif
}
