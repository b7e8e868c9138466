// SPDX-License-Identifier: BSL-1.0
// rule:   WASI tells no address with a connection that is accepted.
// remedy: accept(), then remote_addr(), which is an error where the peer has gone.
// expect: no member named 'accept_from'
// expect: estate::Tcp<estate::V4>
#include <estate/estate.hpp>

void probe([[maybe_unused]] const estate::ListeningSocket<estate::Tcp<estate::V4>>& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)listener.accept_from();
#else
    (void)listener.accept();
#endif
}
