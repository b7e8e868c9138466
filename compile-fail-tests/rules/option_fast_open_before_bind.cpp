// SPDX-License-Identifier: BSL-1.0
// rule:   TCP_FASTOPEN sizes the queue of a listener.
// remedy: set it on the bound or the listening socket.
// expect: fast_open
// expect: estate::Created
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& fresh,
           [[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>& bound) {
#if defined(ESTATE_ILLEGAL)
    (void)fresh.set(estate::option::fast_open{16});
#else
    (void)bound.set(estate::option::fast_open{16});
#endif
}
