// SPDX-License-Identifier: BSL-1.0
// rule:   5s and 200ms are literals of the standard library, in a namespace of their own.
// remedy: #include <chrono>, and using namespace std::chrono_literals;
// wrote:  recv(buffer, in(5s)) without using namespace
// expect-gcc:   unable to find numeric literal operator
// lines-gcc: 5 because it names an option of its own
// expect-clang: no matching literal operator for call to
#include <chrono>
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)peer.recv(buffer, estate::in(5s));
#else
    using namespace std::chrono_literals;
    (void)peer.recv(buffer, estate::in(5s));
#endif
}
