// SPDX-License-Identifier: BSL-1.0
// rule:   without a peer there is no path, and so no MTU of it.
// remedy: connect() first.
// expect: get
// lines-gcc-14+: 35 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  22 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>& socket,
           [[maybe_unused]] estate::ConnectedSocket<estate::Udp<estate::V4>>& connected) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.get<estate::option::path_mtu>();
#else
    (void)connected.get<estate::option::path_mtu>();
#endif
}
