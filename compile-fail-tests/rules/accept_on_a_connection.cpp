// SPDX-License-Identifier: BSL-1.0
// rule:   a connection accepts nothing; the listener that it came from does.
// remedy: accept() on the listener.
// expect: accept'
// expect: estate::Connected
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer,
           [[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.accept();
#else
    (void)listener.accept();
#endif
}
