// SPDX-License-Identifier: BSL-1.0
// rule:   after its answer a Ready speaks of nothing.
// remedy: make the calls first.
// only:   consumed
// expect: invalid invocation
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;

estate::Next<Talk> probe(estate::Ready<Talk> ready) {
#if defined(ESTATE_ILLEGAL)
    auto next = std::move(ready).next();
    (void)ready.index();
    return next;
#else
    (void)ready.index();
    return std::move(ready).next();
#endif
}
