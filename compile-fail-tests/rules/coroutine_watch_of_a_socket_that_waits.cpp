// SPDX-License-Identifier: BSL-1.0
// rule:   what a coroutine awaits never waits itself: a socket that blocks would keep all other tasks waiting.
// remedy: watch what set_nonblocking() makes of it.
// expect: estate: calls are awaited of a socket that never waits
// lines: 9 because it shows where the call is made
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/coroutines.hpp>

void probe(estate::Loop& loop, estate::ConnectedSocket<estate::Tcp<estate::V4>> waits) {
#if defined(ESTATE_ILLEGAL)
    (void)loop.watch(std::move(waits));
#else
    auto never_waits = std::move(waits).set_nonblocking();
    if (never_waits) (void)loop.watch(std::move(never_waits).assume_value());
#endif
}
