// SPDX-License-Identifier: BSL-1.0
// rule:   text is no address until it was read.
// remedy: "127.0.0.1"_ip4 for a literal, Ipv4Address::parse() for a text.
// wrote:  bind_to_ip("127.0.0.1", port)
// expect-gcc:   no matching function for call to
// lines-gcc: 13 because it shows what else there is, and where
// expect-clang: no matching member function for call to
// lines-clang: 10 because it shows what else there is, and where
// lines-gcc-16+: 16 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>

using namespace estate::literals;

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).bind_to_ip("127.0.0.1", 8080);
#else
    (void)std::move(socket).bind_to_ip("127.0.0.1"_ip4, 8080);
#endif
}
