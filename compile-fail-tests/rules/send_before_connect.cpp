// SPDX-License-Identifier: BSL-1.0
// rule:   a stream carries data once it is connected.
// remedy: connect() first.
// wrote:  send before connect
// expect: send'
// expect: estate::Created
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& fresh,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)fresh.send("hello");
#else
    (void)peer.send("hello");
#endif
}
