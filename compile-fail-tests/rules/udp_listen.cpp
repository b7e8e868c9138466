// SPDX-License-Identifier: BSL-1.0
// rule:   UDP has no connections to listen for.
// remedy: receive with recv_from().
// expect: listen'
// expect: estate::Udp<estate::V4>
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Udp<estate::V4>>&& socket,
           [[maybe_unused]] estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).listen();
#else
    (void)socket.recv_from(buffer);
#endif
}
