// SPDX-License-Identifier: BSL-1.0
// rule:   while an operation is in flight its socket is the ring's.
// remedy: use it before, or when the handler gives it back.
// only:   consumed
// expect: invalid invocation
#include <estate/completion.hpp>

using S = estate::ConnectedSocket<estate::Tcp<estate::V4>>;
using Receive = estate::Flight<estate::op::recv, S, estate::SlabBuffer>;

void probe(estate::Ring<4, Receive>& ring, S socket, estate::SlabBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)ring.submit<Receive>(std::move(socket), std::move(buffer));
    (void)socket.send("too late");
#else
    (void)socket.send("in time");
    (void)ring.submit<Receive>(std::move(socket), std::move(buffer));
#endif
}
