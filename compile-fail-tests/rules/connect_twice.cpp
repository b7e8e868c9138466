// SPDX-License-Identifier: BSL-1.0
// rule:   a connection is made once; a socket whose connect failed is closed.
// remedy: create another socket.
// expect: connect'
// expect: estate::Connected
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>&& peer,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh,
           estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(peer).connect(address);
#else
    (void)std::move(fresh).connect(address);
#endif
}
