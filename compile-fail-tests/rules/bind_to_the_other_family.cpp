// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv4 socket is bound to an IPv4 address.
// remedy: tcp_v6() for IPv6.
// expect: SocketAddress<estate::V6>
// lines:  27 because compilers list the overloads of bind()
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& four,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V6>>&& six,
           estate::SocketAddress<estate::V6> address) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(four).bind(address);
#else
    (void)std::move(six).bind(address);
#endif
}
