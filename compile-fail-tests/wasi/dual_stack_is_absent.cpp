// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv6 socket of WASI never carries IPv4.
// remedy: a listener for each family.
// expect: v6_only
// expect: estate::Tcp<estate::V6>
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V6>>& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.set(estate::option::v6_only{false});
#else
    (void)socket.set(estate::option::keep_alive{true});
#endif
}
