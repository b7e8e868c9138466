// SPDX-License-Identifier: BSL-1.0
// rule:   a resource of the host has no number that means something elsewhere.
// remedy: what the socket can do is a member of it.
// expect: no member named 'handle'
// expect: estate::Udp<estate::V4>
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.handle();
#else
    (void)socket.local_addr();
#endif
}
