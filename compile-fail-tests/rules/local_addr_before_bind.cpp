// SPDX-License-Identifier: BSL-1.0
// rule:   an unbound socket has no address.
// remedy: bind() or connect() first.
// expect: local_addr'
// expect: estate::Created
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& fresh,
           [[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>& bound) {
#if defined(ESTATE_ILLEGAL)
    (void)fresh.local_addr();
#else
    (void)bound.local_addr();
#endif
}
