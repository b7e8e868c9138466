// SPDX-License-Identifier: BSL-1.0
// rule:   a socket that was given away is no longer here.
// remedy: use it before, or let the receiver give it back.
// expect: invalid invocation of method 'send' on object 'peer' while it is in the 'consumed' state
// only:   consumed
#include <estate/estate.hpp>

void give_away(estate::ConnectedSocket<estate::Tcp<estate::V4>> socket);

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>> peer) {
#if defined(ESTATE_ILLEGAL)
    give_away(std::move(peer));
    (void)peer.send("hello");
#else
    (void)peer.send("hello");
    give_away(std::move(peer));
#endif
}
