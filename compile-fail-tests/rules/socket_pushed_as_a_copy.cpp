// SPDX-License-Identifier: BSL-1.0
// rule:   a container takes a socket over; it does not copy it.
// remedy: peers.push_back(std::move(peer)).
// wrote:  sockets.push_back(socket)
// expect-gcc:   no matching function for call to
// errors-gcc: 2 because it says the same mistake more than once
// lines-gcc: 35 because it shows what else there is, and where
// expect-clang: no matching function for call to
// lines-clang: 36 because it shows what else there is, and where
// errors-gcc-16+: 1 because GCC 16 leaves out what follows from the first
// lines-gcc-16+: 75 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>
#include <vector>

void probe(std::vector<estate::ConnectedSocket<estate::Tcp<estate::V4>>>& peers, estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    peers.push_back(peer);
#else
    peers.push_back(std::move(peer));
#endif
}
