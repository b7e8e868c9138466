// SPDX-License-Identifier: BSL-1.0
// rule:   a closed socket is not there to be sent.
// remedy: send it before it is closed.
// expect: send_socket
// lines:  20 because a deleted function is shown with its declaration
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

void probe([[maybe_unused]] const estate::ConnectedSocket<estate::UnixStream>& peer,
           [[maybe_unused]] estate::ClosedSocket<estate::Tcp<estate::V4>> closed,
           [[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>> open) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.send_socket(std::move(closed));
#else
    (void)peer.send_socket(std::move(open));
#endif
}
