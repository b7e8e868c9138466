// SPDX-License-Identifier: BSL-1.0
// rule:   network interfaces have no names in WASI.
// remedy: zones by their index.
// expect: interface_index
// lines:  16 because Clang says which constraint failed
#include <estate/estate.hpp>
#include <estate/resolve.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)estate::interface_index("eth0");
#else
    (void)estate::resolve<estate::V4>("127.0.0.1", 80);
#endif
}
