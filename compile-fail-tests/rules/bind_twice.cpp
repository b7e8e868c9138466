// SPDX-License-Identifier: BSL-1.0
// rule:   a socket is bound once.
// remedy: create another socket for another address.
// expect: bind'
// expect: estate::Bound
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>&& bound,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh,
           estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(bound).bind(address);
#else
    (void)std::move(fresh).bind(address);
#endif
}
