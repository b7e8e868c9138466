// SPDX-License-Identifier: BSL-1.0
// rule:   each kind that a poller watches has its handler in a turn.
// remedy: add on<Kind>(...) for it.
// expect: has no handler in this turn
// lines-gcc: 8 because the text stands in the header
// lines-clang: 9 because the text stands in the header
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;
using Listen = estate::On<estate::ListeningSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                          estate::interest::acceptable>;

void probe(estate::Poller<Listen, Talk>& poller, estate::Watched<Listen>& listener,
           [[maybe_unused]] estate::Watched<Talk>& peer) {
    const auto accepts = estate::on(listener, [](estate::Ready<Listen> ready) { return std::move(ready).next(); });
#if defined(ESTATE_ILLEGAL)
    (void)poller.turn(estate::Deadline::never(), accepts);
#else
    const auto talks = estate::on(peer, [](estate::Ready<Talk> ready) { return std::move(ready).next(); });
    (void)poller.turn(estate::Deadline::never(), accepts, talks);
#endif
}
