// SPDX-License-Identifier: BSL-1.0
// rule:   what a task was given is gone, whether or not the task has ended.
// remedy: lend it by reference to a task that is awaited, or go on with what the task gives back.
// expect: invalid invocation of method 'recv' on object 'peer' while it is in the 'consumed' state
// only:   consumed
#include <estate/coroutines.hpp>

using Peer = estate::Async<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>>;

estate::Task<> greet(estate::Scope& scope, Peer peer);
estate::Task<> welcome(estate::Scope& scope, Peer& peer);

estate::Task<> probe(estate::Scope& scope, Peer peer) {
    std::byte buffer[8];
#if defined(ESTATE_ILLEGAL)
    const auto greeted = co_await greet(scope, std::move(peer));
    const auto got = co_await peer.recv(buffer);
#else
    const auto greeted = co_await welcome(scope, peer);
    const auto got = co_await peer.recv(buffer);
#endif
    co_return greeted && got ? greeted : estate::errc::stopped;
}
