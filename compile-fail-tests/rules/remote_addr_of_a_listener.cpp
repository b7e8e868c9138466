// SPDX-License-Identifier: BSL-1.0
// rule:   a listener has no peer.
// remedy: ask what it accepted.
// expect: remote_addr'
// expect: estate::Listening
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)listener.remote_addr();
#else
    (void)peer.remote_addr();
#endif
}
