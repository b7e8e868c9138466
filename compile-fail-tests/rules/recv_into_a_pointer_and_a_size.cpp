// SPDX-License-Identifier: BSL-1.0
// rule:   a buffer to receive into is one value that knows its size.
// remedy: std::span(buffer, size) of std::byte; an array needs nothing.
// wrote:  recv(buffer, size)
// expect-gcc:   no matching function for call to
// lines-gcc: 29 because it shows what else there is, and where
// expect-clang: no matching member function for call to
// lines-clang: 13 because it shows what else there is, and where
// lines-gcc-16+: 41 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, std::byte* buffer, std::size_t size) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.recv(buffer, size);
#else
    (void)peer.recv(std::span(buffer, size));
#endif
}
