// SPDX-License-Identifier: BSL-1.0
// rule:   an address to bind to is an address and a port.
// remedy: std::move(socket).bind_to_ip(estate::Ipv4Address::any(), 8080), or bind_any() for a free port.
// wrote:  bind(8080)
// expect-gcc:   no matching function for call to
// lines-gcc: 27 because it shows what else there is, and where
// expect-clang: no matching member function for call to
// lines-clang: 16 because it shows what else there is, and where
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).bind(8080);
#else
    (void)std::move(socket).bind_to_ip(estate::Ipv4Address::any(), 8080);
#endif
}
