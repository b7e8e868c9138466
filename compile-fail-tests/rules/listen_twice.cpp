// SPDX-License-Identifier: BSL-1.0
// rule:   a listener listens already.
// remedy: set_backlog() changes the length of its queue.
// expect: listen'
// expect: estate::Listening
#include <estate/estate.hpp>

void probe(estate::ListeningSocket<estate::Tcp<estate::V4>>&& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(listener).listen(estate::Backlog(64));
#else
    (void)listener.set_backlog(estate::Backlog(64));
#endif
}
