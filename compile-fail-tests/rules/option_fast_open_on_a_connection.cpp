// SPDX-License-Identifier: BSL-1.0
// rule:   TCP_FASTOPEN sizes the queue of a listener.
// remedy: set it before the socket listens, or on the listener.
// expect: fast_open
// expect: estate::Connected
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer,
           [[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.set(estate::option::fast_open{16});
#else
    (void)listener.set(estate::option::fast_open{16});
#endif
}
