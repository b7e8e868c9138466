// SPDX-License-Identifier: BSL-1.0
// rule:   a datagram over IPv4 is sent from an address of IPv4.
// remedy: a lease or an address of the socket's family.
// expect: send_to
// lines:  60 because all forms of send_to() are named
#include <estate/estate.hpp>
#include <estate/packet_info.hpp>

void probe(estate::BoundSocket<estate::Informed<estate::Udp<estate::V4>>>& socket, estate::ConstBuffer bytes,
           estate::SocketAddress<estate::V4> peer, [[maybe_unused]] estate::IpAddress<estate::V4> v4,
           [[maybe_unused]] estate::IpAddress<estate::V6> v6) {
#if defined(ESTATE_ILLEGAL)
    (void)socket.send_to(bytes, peer, v6);
#else
    (void)socket.send_to(bytes, peer, v4);
#endif
}
