// SPDX-License-Identifier: BSL-1.0
// rule:   WASI has no multicast groups.
// remedy: unicast.
// expect: V4>
// expect: estate::Udp<estate::V4>
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::join_group<estate::V4>{});
#else
    (void)socket.set(estate::option::hop_limit{8});
#endif
}
