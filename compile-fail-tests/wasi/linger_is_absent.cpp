// SPDX-License-Identifier: BSL-1.0
// rule:   WASI has no SO_LINGER.
// remedy: finish() waits for the peer.
// expect: linger
// expect: estate::Tcp<estate::V4>
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::linger{});
#else
    (void)socket.set(estate::option::keep_alive{true});
#endif
}
