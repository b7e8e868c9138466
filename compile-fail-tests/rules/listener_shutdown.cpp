// SPDX-License-Identifier: BSL-1.0
// rule:   a listener has no stream that could be shut down.
// remedy: close() it.
// expect: shutdown_send'
// expect: estate::Listening
#include <estate/estate.hpp>

void probe(estate::ListeningSocket<estate::Tcp<estate::V4>>&& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(listener).shutdown_send();
#else
    (void)std::move(listener).close();
#endif
}
