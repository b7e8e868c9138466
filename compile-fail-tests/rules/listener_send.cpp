// SPDX-License-Identifier: BSL-1.0
// rule:   a listening socket sends nothing; the sockets it accepts do.
// remedy: call accept() and send on what it returns.
// wrote:  send on the listener
// expect: send'
// expect: estate::Listening
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)listener.send("hello");
#else
    (void)peer.send("hello");
#endif
}
