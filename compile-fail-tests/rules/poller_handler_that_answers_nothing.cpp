// SPDX-License-Identifier: BSL-1.0
// rule:   a handler answers what its socket does next, so that none is forgotten.
// remedy: return std::move(ready).next(), again() or close().
// expect: estate: a handler takes a Ready<Kind>
// lines-gcc: 8 because the text stands in the header
// lines-clang: 9 because the text stands in the header
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;

void probe(estate::Watched<Talk>& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)estate::on(peer, [](estate::Ready<Talk>) {});
#else
    (void)estate::on(peer, [](estate::Ready<Talk> ready) { return std::move(ready).next(); });
#endif
}
