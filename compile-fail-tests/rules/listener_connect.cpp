// SPDX-License-Identifier: BSL-1.0
// rule:   a listening socket cannot become a connection.
// remedy: connect another socket.
// expect: connect'
// expect: estate::Listening
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>&& listener,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh,
           estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(listener).connect(address);
#else
    (void)std::move(fresh).connect(address);
#endif
}
