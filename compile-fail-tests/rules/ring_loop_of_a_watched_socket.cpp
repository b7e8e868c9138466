// SPDX-License-Identifier: BSL-1.0
// rule:   a loop by a ring watches no socket: its tasks await operations that have their sockets.
// remedy: await submit(), accept() or connect() of the loop; a NativeLoop watches sockets.
// expect: a loop by a ring watches no socket
// lines: 9 because it shows where the call is made
// lines-gcc-16+: 10 because it shows where the call is made, and the value of the claim
#include <estate/ring_coroutines.hpp>

using S = estate::ConnectedSocket<estate::Tcp<estate::V4>>;
using Receive = estate::Flight<estate::op::recv, S, estate::SlabBuffer>;

void probe(estate::RingLoop<4, Receive>& loop, S&& socket, [[maybe_unused]] estate::SlabBuffer&& buffer) {
#if defined(ESTATE_ILLEGAL)
    loop.watch(std::move(socket));
#else
    [[maybe_unused]] auto received = loop.submit<Receive>(std::move(socket), std::move(buffer));  // to be awaited
#endif
}
