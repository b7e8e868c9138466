// SPDX-License-Identifier: BSL-1.0
// rule:   setting an option changes the socket.
// remedy: take it by non-const reference.
// expect-gcc: discards qualifiers
// expect-clang: const
// lines:  10 because compilers show the declaration
#include <estate/estate.hpp>

void probe([[maybe_unused]] const estate::ConnectedSocket<estate::Tcp<estate::V4>>& constant,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& own) {
#if defined(ESTATE_ILLEGAL)
    (void)constant.set(estate::option::no_delay{true});
#else
    (void)own.set(estate::option::no_delay{true});
#endif
}
