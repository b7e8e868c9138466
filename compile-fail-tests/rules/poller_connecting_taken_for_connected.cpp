// SPDX-License-Identifier: BSL-1.0
// rule:   that a connect was answered does not say that it succeeded.
// remedy: leave() the poller and finish_connect().
// expect: send'
#include <estate/readiness.hpp>

using Connect = estate::On<estate::ConnectingSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                           estate::interest::answered>;

estate::Next<Connect> probe(estate::Ready<Connect> ready, [[maybe_unused]] estate::Poller<Connect>& poller) {
#if defined(ESTATE_ILLEGAL)
    (void)ready.send("GET /");
    return std::move(ready).again();
#else
    return std::move(ready).leave(poller, [](Connect::socket&& socket) {
        (void)std::move(socket).finish_connect();
    });
#endif
}
