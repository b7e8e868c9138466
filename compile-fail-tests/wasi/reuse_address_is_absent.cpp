// SPDX-License-Identifier: BSL-1.0
// rule:   in WASI an address in TIME_WAIT can always be bound: there is nothing to set.
// remedy: leave it out.
// expect: reuse_address
// expect: estate::Tcp<estate::V4>
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::reuse_address{true});
#else
    (void)socket.set(estate::option::keep_alive{true});
#endif
}
