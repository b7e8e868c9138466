// SPDX-License-Identifier: BSL-1.0
// rule:   a watched socket changes no state behind its poller's back.
// remedy: unwatch() gives the socket back; or leave() in a turn.
// expect: shutdown_send'
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;

void probe([[maybe_unused]] estate::Poller<Talk>& poller, estate::Watched<Talk>&& watched) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(watched).shutdown_send();
#else
    (void)poller.unwatch(std::move(watched)).shutdown_send();
#endif
}
