// SPDX-License-Identifier: BSL-1.0
// rule:   what changes connect() is set before it.
// remedy: set fast_open_connect on the created or bound socket.
// expect: set
// expect: fast_open_connect
// lines-gcc-14+: 35 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  22 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& connected,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& created) {
#if defined(ESTATE_ILLEGAL)
    (void)connected.set(estate::option::fast_open_connect{});
#else
    (void)created.set(estate::option::fast_open_connect{});
#endif
}
