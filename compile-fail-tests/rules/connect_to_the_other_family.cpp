// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv6 socket connects to an IPv6 address.
// remedy: tcp_v4() for IPv4.
// expect: SocketAddress<estate::V4>
// lines-gcc-15+: 25 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  17 because compilers list the overloads of connect()
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V6>>&& six,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& four,
           estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(six).connect(address);
#else
    (void)std::move(four).connect(address);
#endif
}
