// SPDX-License-Identifier: BSL-1.0
// rule:   a deadline is a point in time and covers the whole call.
// remedy: std::chrono::steady_clock::now() + duration.
// wrote:  recv(buffer, 5s)
// expect: Until
// lines-gcc-14+: 47 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  31 because compilers list the overloads
#include <chrono>
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.recv(buffer, std::chrono::seconds{5});
#else
    (void)peer.recv(buffer, std::chrono::steady_clock::now() + std::chrono::seconds{5});
#endif
}
