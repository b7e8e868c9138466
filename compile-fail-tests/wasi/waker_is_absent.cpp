// SPDX-License-Identifier: BSL-1.0
// rule:   a component has no second thread to wake from.
// remedy: accept() with a deadline.
// expect: Waker
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)estate::Waker::open();
#else
    (void)socket.accept(estate::Deadline::at_once());
#endif
}
