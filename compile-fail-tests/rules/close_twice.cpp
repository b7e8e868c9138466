// SPDX-License-Identifier: BSL-1.0
// rule:   a closed socket has no descriptor left to close.
// remedy: close() once, or leave it to the destructor.
// expect: close'
// expect: estate::Closed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ClosedSocket<estate::Tcp<estate::V4>>&& closed,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>&& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(closed).close();
#else
    (void)std::move(peer).close();
#endif
}
