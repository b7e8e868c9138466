// SPDX-License-Identifier: BSL-1.0
// rule:   a socket listens at an address, so it is bound first.
// remedy: bind(), or bind_any() for an ephemeral port.
// expect: listen'
// expect: estate::Created
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh,
           [[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>&& bound) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(fresh).listen();
#else
    (void)std::move(bound).listen();
#endif
}
