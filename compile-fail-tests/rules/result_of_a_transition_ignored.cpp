// SPDX-License-Identifier: BSL-1.0
// rule:   the next state is in the result; dropping it closes the socket.
// remedy: keep it: auto bound = std::move(socket).bind(address).
// expect-gcc: ignoring return
// expect-clang: ignoring return
// expect: nodiscard
// lines:  11 because GCC shows the declarations and that warnings are errors
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh,
           estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    std::move(fresh).bind(address);
#else
    auto bound = std::move(fresh).bind(address);
    if (!bound) return;
#endif
}
