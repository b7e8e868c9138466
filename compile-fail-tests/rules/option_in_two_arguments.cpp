// SPDX-License-Identifier: BSL-1.0
// rule:   an option is one value: its type is its name.
// remedy: socket.set(estate::option::reuse_address{true}).
// wrote:  socket.set(option::reuse_address, true)
// expect-gcc:   expected primary-expression before
// expect-clang: for function-style cast or type construction
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::reuse_address, true);
#else
    (void)socket.set(estate::option::reuse_address{true});
#endif
}
