// SPDX-License-Identifier: BSL-1.0
// rule:   a socket that holds a lease is not sent as it is: the other process knows nothing of our pool.
// remedy: send_socket_without_hold(), and keep the hold that it gives for as long as the other process uses the address.
// expect: send_socket
// lines:  10 because a deleted function is shown with its declaration
// lines-gcc-16+: 12 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/net/ip_address.hpp>
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

struct Hold {
    [[nodiscard]] estate::IpAddress<estate::V4> address() const noexcept { return {}; }
    [[nodiscard]] Hold share() const noexcept { return {}; }
};

void probe([[maybe_unused]] const estate::ConnectedSocket<estate::UnixStream>& peer,
           [[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>, Hold> held) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.send_socket(std::move(held));
#else
    (void)peer.send_socket_without_hold(std::move(held));
#endif
}
