// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv4 socket sends to IPv4 addresses.
// remedy: udp_v6() for IPv6.
// expect: SocketAddress<estate::V6>
// lines-gcc-15+: 37 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  26 because compilers list the overloads of send_to()
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>& four,
           [[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V6>>& six,
           estate::SocketAddress<estate::V6> peer) {
#if defined(ESTATE_ILLEGAL)
    (void)four.send_to("hello", peer);
#else
    (void)six.send_to("hello", peer);
#endif
}
