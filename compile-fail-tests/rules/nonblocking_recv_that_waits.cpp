// SPDX-License-Identifier: BSL-1.0
// rule:   a socket that never waits takes no deadline.
// remedy: try, and let a poller say when to try again; or set_blocking().
// expect: recv_exact
#include <estate/readiness.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>& stream,
           [[maybe_unused]] estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)stream.recv_exact(buffer, estate::Deadline::never());
#else
    (void)stream.recv(buffer);
#endif
}
