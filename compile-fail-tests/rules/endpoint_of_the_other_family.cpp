// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv6 address is not a part of an IPv4 socket address.
// remedy: SocketAddress<V6>.
// expect-gcc: SocketAddress(estate::Ipv6Address&, int)
// expect-clang: no known conversion from
// lines-gcc-15+: 30 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  21 because compilers list the constructors
#include <estate/net/socket_address.hpp>

auto probe(estate::Ipv6Address ip) {
#if defined(ESTATE_ILLEGAL)
    return estate::SocketAddress<estate::V4>(ip, 80);
#else
    return estate::SocketAddress<estate::V6>(ip, 80);
#endif
}
