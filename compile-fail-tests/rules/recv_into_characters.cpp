// SPDX-License-Identifier: BSL-1.0
// rule:   bytes are received into std::byte; a buffer of another type says so.
// remedy: std::as_writable_bytes(std::span(buffer)), or std::byte buffer[100] and as_text() of what came.
// wrote:  char buffer[100]; recv(buffer)
// expect: char
// expect: std::byte
// lines-gcc-16+: 51 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  40 because compilers list the overloads
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
    char buffer[100];
#if defined(ESTATE_ILLEGAL)
    (void)peer.recv(buffer);
#else
    (void)peer.recv(std::as_writable_bytes(std::span(buffer)));
#endif
}
