// SPDX-License-Identifier: BSL-1.0
// rule:   a function that wants a connection is not given a listener.
// remedy: pass what accept() returned.
// expect: estate::Connected
// expect: estate::Listening
// lines:  7 because compilers show the function
#include <estate/estate.hpp>

void serve(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer);

void probe([[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    serve(listener);
#else
    serve(peer);
#endif
}
