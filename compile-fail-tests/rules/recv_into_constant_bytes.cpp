// SPDX-License-Identifier: BSL-1.0
// rule:   bytes are received into a buffer that can be written.
// remedy: std::span<std::byte>.
// expect: recv
// lines-gcc-14+: 51 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  35 because compilers list the overloads
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer,
           [[maybe_unused]] estate::ConstBuffer bytes,
           [[maybe_unused]] estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.recv(bytes);
#else
    (void)peer.recv(buffer);
#endif
}
