// SPDX-License-Identifier: BSL-1.0
// rule:   a thread takes a socket over; it does not copy it.
// remedy: std::thread(serve, std::move(peer)), and serve takes the socket by value.
// wrote:  std::thread(serve, socket)
// expect-gcc:   could not convert
// lines-gcc: 11 because it shows what else there is, and where
// expect-clang: no matching constructor for initialization of
// lines-clang: 120 because it shows what else there is, and where
// expect-gcc-16+: no matching function for call to 'std::tuple<
// lines-gcc-16+: 310 because GCC 16 shows each constructor of std::tuple, and why it does not fit, with its place
#include <estate/estate.hpp>
#include <thread>

void serve(estate::ConnectedSocket<estate::Tcp<estate::V4>> peer);

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    std::thread(serve, peer).detach();
#else
    std::thread(serve, std::move(peer)).detach();
#endif
}
