// SPDX-License-Identifier: BSL-1.0
// rule:   a socket of both families has the addresses of IPv6.
// remedy: name an IPv4 host by to_mapped().
// expect: SocketAddress<estate::V4>
// lines:  20 because compilers list the candidates
// lines-gcc-16+: 21 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V46>> socket, estate::SocketAddress<estate::V4> host) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).connect(host);
#else
    (void)std::move(socket).connect(host.to_mapped());
#endif
}
