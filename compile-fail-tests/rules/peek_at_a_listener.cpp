// SPDX-License-Identifier: BSL-1.0
// rule:   a listening socket carries no data to look at; the sockets it accepts do.
// remedy: accept() and peek() of what it returns.
// expect: peek'
// expect: estate::Listening
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& connection,
           estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)listener.peek(buffer);
#else
    (void)connection.peek(buffer);
#endif
}
