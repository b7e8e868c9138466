// SPDX-License-Identifier: BSL-1.0
// rule:   connect() takes an address; a host name is resolved first, and can have several.
// remedy: resolve<V4>(host, port) of <estate/resolve.hpp>, then connect() to each address in turn; {"127.0.0.1"_ip4, 80}.
// wrote:  connect("localhost", 80)
// expect-gcc:   no matching function for call to
// lines-gcc: 17 because it shows what else there is, and where
// expect-clang: no matching member function for call to
// lines-clang: 16 because it shows what else there is, and where
// lines-gcc-16+: 21 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).connect("localhost", 80);
#else
    (void)std::move(socket).connect({estate::Ipv4Address::loopback(), 80});
#endif
}
