// SPDX-License-Identifier: BSL-1.0
// rule:   a socket can be passed within a host only.
// remedy: a Unix-domain connection to the process.
// expect: send_socket
// expect: estate::Tcp<estate::V4>
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

void probe([[maybe_unused]] const estate::ConnectedSocket<estate::Tcp<estate::V4>>& tcp,
           [[maybe_unused]] const estate::ConnectedSocket<estate::UnixStream>& local,
           estate::ListeningSocket<estate::Tcp<estate::V4>> socket) {
#if defined(ESTATE_ILLEGAL)
    (void)tcp.send_socket(std::move(socket));
#else
    (void)local.send_socket(std::move(socket));
#endif
}
