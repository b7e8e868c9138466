// SPDX-License-Identifier: BSL-1.0
// rule:   a number has no unit, so it is no time.
// remedy: #include <chrono>, using namespace std::chrono_literals; and in(5s) or in(200ms).
// wrote:  recv(buffer, in(5))
// expect: no matching function for call to
// lines-gcc-16+: 50 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  32 because compilers list the overloads
#include <chrono>
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.recv(buffer, estate::in(5));
#else
    (void)peer.recv(buffer, estate::in(std::chrono::seconds{5}));
#endif
}
