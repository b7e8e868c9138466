// SPDX-License-Identifier: BSL-1.0
// rule:   bytes are received into std::byte; room of another type says so.
// remedy: std::as_writable_bytes(std::span(room)), or std::byte room[100] and as_text() of what came.
// wrote:  char buffer[100]; recv(buffer)
// expect: char
// expect: std::byte
// lines-gcc-16+: 51 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  40 because compilers list the overloads
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
    char room[100];
#if defined(ESTATE_ILLEGAL)
    (void)peer.recv(room);
#else
    (void)peer.recv(std::as_writable_bytes(std::span(room)));
#endif
}
