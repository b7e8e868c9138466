// SPDX-License-Identifier: BSL-1.0
// rule:   a variable has one type, and so a socket variable one state.
// remedy: a new name for each state: auto bound = std::move(created).bind_any();
// wrote:  socket = std::move(socket).bind_any().value()
// expect-gcc:   operand types are
// lines-gcc: 15 because it shows what else there is, and where
// expect-clang: no viable overloaded
// lines-clang: 10 because it shows what else there is, and where
// lines-gcc-16+: 18 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    socket = std::move(socket).bind_any().value();
#else
    auto bound = std::move(socket).bind_any().value();
    (void)bound;
#endif
}
