// SPDX-License-Identifier: BSL-1.0
// rule:   sending a socket consumes it.
// remedy: std::move(socket).
// expect: send_socket
// lines:  10 because a deleted function is shown with its declaration
// lines-gcc-16+: 12 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

void probe(const estate::ConnectedSocket<estate::UnixStream>& peer, estate::ListeningSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.send_socket(socket);
#else
    (void)peer.send_socket(std::move(socket));
#endif
}
