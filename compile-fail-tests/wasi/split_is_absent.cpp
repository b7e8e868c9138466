// SPDX-License-Identifier: BSL-1.0
// rule:   a component has one thread, and no second owner of a connection.
// remedy: send and receive in turn, with deadlines.
// expect: no member named 'split'
// expect: estate::Tcp<estate::V4>
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).split();
#else
    (void)socket.send("in turn", estate::Deadline::at_once());
#endif
}
