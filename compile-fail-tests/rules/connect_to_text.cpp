// SPDX-License-Identifier: BSL-1.0
// rule:   text is no peer until it was read.
// remedy: SocketAddress<F>::parse(), or a literal and a port.
// wrote:  connect("192.0.2.1:80")
// expect: connect
// lines-gcc-15+: 25 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  17 because compilers list the overloads of connect()
#include <estate/estate.hpp>

using namespace estate::literals;

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).connect("192.0.2.1:80");
#else
    (void)std::move(socket).connect({"192.0.2.1"_ip4, 80});
#endif
}
