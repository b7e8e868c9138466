// SPDX-License-Identifier: BSL-1.0
// rule:   WASI cannot share a port between sockets.
// remedy: listen once.
// expect: reuse_port
// expect: estate::Tcp<estate::V4>
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::reuse_port{true});
#else
    (void)socket.set(estate::option::keep_alive{true});
#endif
}
