// SPDX-License-Identifier: BSL-1.0
// rule:   a loop watches the socket in its state; a transition behind its back would lose wake-ups.
// remedy: Loop::unwatch() gives the socket back; make the transition and watch what it leads to.
// expect: shutdown_send
#include <estate/coroutines.hpp>

using Peer = estate::Async<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>>;

void probe(estate::Loop& loop, Peer peer) {
#if defined(ESTATE_ILLEGAL)
    (void)loop;
    (void)std::move(peer).shutdown_send();
#else
    (void)loop.unwatch(std::move(peer)).shutdown_send();
#endif
}
