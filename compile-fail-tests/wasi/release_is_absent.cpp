// SPDX-License-Identifier: BSL-1.0
// rule:   a resource of the host cannot be handed out as a number.
// remedy: move the socket itself.
// expect: no member named 'release'
// expect: estate::Tcp<estate::V4>
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).release();
#else
    (void)std::move(socket).close();
#endif
}
