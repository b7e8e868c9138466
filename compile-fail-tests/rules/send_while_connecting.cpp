// SPDX-License-Identifier: BSL-1.0
// rule:   a connect that is under way carries no data yet.
// remedy: finish_connect() first.
// expect: send'
// expect: estate::Connecting
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectingSocket<estate::Tcp<estate::V4>>& pending,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)pending.send("hello");
#else
    (void)peer.send("hello");
#endif
}
