// SPDX-License-Identifier: BSL-1.0
// rule:   a task does nothing until it is awaited or spawned; one that is dropped was never run.
// remedy: co_await it, or give it to Scope::spawn().
// expect: nodiscard
// lines-gcc: 13 because it shows the class that is not to be dropped
#include <estate/coroutines.hpp>

using Peer = estate::Async<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>>;

estate::Task<> serve(estate::Scope& scope, Peer peer);

void probe(estate::Scope& scope, Peer peer) {
#if defined(ESTATE_ILLEGAL)
    serve(scope, std::move(peer));
#else
    (void)scope.spawn(serve(scope, std::move(peer)));
#endif
}
