// SPDX-License-Identifier: BSL-1.0
// rule:   a listening socket receives nothing; the sockets it accepts do.
// remedy: call accept() and receive on what it returns.
// expect: recv'
// expect: estate::Listening
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer,
           estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)listener.recv(buffer);
#else
    (void)peer.recv(buffer);
#endif
}
