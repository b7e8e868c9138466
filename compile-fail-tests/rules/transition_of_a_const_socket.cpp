// SPDX-License-Identifier: BSL-1.0
// rule:   a const socket stays in its state.
// remedy: keep it non-const until it moves.
// wrote:  std::move of a const socket
// expect-gcc: discards qualifiers
// expect-clang: const
// lines:  10 because compilers list the overloads
#include <estate/estate.hpp>

void probe([[maybe_unused]] const estate::BoundSocket<estate::Tcp<estate::V4>>& constant,
           [[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>& own) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(constant).listen();
#else
    (void)std::move(own).listen();
#endif
}
