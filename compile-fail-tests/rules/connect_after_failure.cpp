// SPDX-License-Identifier: BSL-1.0
// rule:   a socket whose connect failed is closed: no system promises that a second try works.
// remedy: create another socket; detach_hold() carries a lease over.
// expect: connect'
// expect: estate::Closed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::TransitionError<estate::ClosedSocket<estate::Tcp<estate::V4>>>& failed,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>&& fresh,
           estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(failed.socket).connect(address);
#else
    (void)std::move(fresh).connect(address);
#endif
}
