// SPDX-License-Identifier: BSL-1.0
// rule:   a closed socket carries no data.
// remedy: send first.
// expect: invalid invocation of method 'send' on object 'peer' while it is in the 'consumed' state
// only:   consumed
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>> peer) {
#if defined(ESTATE_ILLEGAL)
    if (!std::move(peer).close()) return;
    (void)peer.send("hello");
#else
    (void)peer.send("hello");
    if (!std::move(peer).close()) return;
#endif
}
