// SPDX-License-Identifier: BSL-1.0
// rule:   std::function copies what it holds, and a socket is not copied.
// remedy: a lambda passed on as its own type (auto, a template), or a std::shared_ptr to the socket in it.
// wrote:  std::function with a lambda that holds a socket
// expect-gcc:   static assertion failed: std::function target must be copy-constructible
// lines-gcc: 8 because it shows what else there is, and where
// expect-clang: std::function target must be copy-constructible
// errors-clang: 2 because it says the same mistake more than once
// lines-clang: 35 because it shows what else there is, and where
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/estate.hpp>
#include <functional>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    std::function<void()> later = [socket = std::move(peer)] { (void)socket.handle(); };
    later();
#else
    auto later = [socket = std::move(peer)] { (void)socket.handle(); };
    later();
#endif
}
