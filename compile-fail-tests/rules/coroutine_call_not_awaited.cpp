// SPDX-License-Identifier: BSL-1.0
// rule:   a call of an Async is made by co_await; without it nothing is sent.
// remedy: co_await it.
// expect: nodiscard
// lines-gcc: 14 because it shows the class that is not to be dropped
#include <estate/coroutines.hpp>

using Peer = estate::Async<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>>;

estate::Task<> probe(estate::Scope&, Peer peer) {
#if defined(ESTATE_ILLEGAL)
    peer.send_all("hello");
#else
    const auto sent = co_await peer.send_all("hello");
    if (!sent) co_return sent.assume_error();
#endif
    co_return estate::success();
}
