// SPDX-License-Identifier: BSL-1.0
// rule:   a created socket that holds an address would connect from another one, and keep that address for nothing.
// remedy: bind(port) first, or detach_hold().
// expect: connect
// expect: estate::Created
#include <estate/estate.hpp>
#include <estate/pool.hpp>

using Left = estate::CreatedSocket<estate::Tcp<estate::V4>, estate::Lease<estate::V4>>;  // of a failed bind

void probe(Left& left, estate::SocketAddress<estate::V4> peer) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(left).connect(peer);
#else
    (void)std::move(left).detach_hold().socket.connect(peer);
#endif
}
