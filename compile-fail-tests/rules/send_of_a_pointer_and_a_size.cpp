// SPDX-License-Identifier: BSL-1.0
// rule:   bytes to send are one value that knows its size.
// remedy: std::string_view(text, size), or std::as_bytes(std::span(data, size)).
// wrote:  send(pointer, size)
// expect-gcc:   no matching function for call to
// lines-gcc: 34 because it shows what else there is, and where
// expect-clang: no matching member function for call to
// lines-clang: 22 because it shows what else there is, and where
// lines-gcc-16+: 43 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, const char* text, std::size_t size) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.send(text, size);
#else
    (void)peer.send(std::string_view(text, size));
#endif
}
