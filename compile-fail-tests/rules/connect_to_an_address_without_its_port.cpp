// SPDX-License-Identifier: BSL-1.0
// rule:   connect() takes the address and the port as one SocketAddress; what follows it is a deadline.
// remedy: connect({ip, port}), with braces.
// wrote:  connect(ip, port)
// expect: connect
// expect: SocketAddress<
// lines-gcc-16+: 25 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  20 because compilers list the overloads
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh, estate::Ipv4Address ip, estate::Port port) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(fresh).connect(ip, port);
#else
    (void)std::move(fresh).connect({ip, port});
#endif
}
