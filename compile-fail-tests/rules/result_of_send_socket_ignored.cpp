// SPDX-License-Identifier: BSL-1.0
// rule:   a socket that could not be sent comes back in the result, and would be closed with it.
// remedy: look at the result.
// expect: nodiscard
// lines:  10 because compilers say where the type of the result is declared
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

void probe(const estate::ConnectedSocket<estate::UnixStream>& peer, estate::ListeningSocket<estate::Tcp<estate::V4>> socket) {
#if defined(ESTATE_ILLEGAL)
    peer.send_socket(std::move(socket));
#else
    if (auto sent = peer.send_socket(std::move(socket)); !sent) (void)std::move(sent.assume_error().socket).close();
#endif
}
