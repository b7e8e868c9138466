// SPDX-License-Identifier: BSL-1.0
// rule:   addresses of two families are never equal, so they are not compared.
// remedy: compare addresses of one family.
// expect-gcc: no match for 'operator=='
// expect-clang: invalid operands to binary expression ('estate::Ipv4Address'
// lines-gcc-15+: 34 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  22 because compilers list the candidates
#include <estate/net/ip_address.hpp>

bool probe(estate::Ipv4Address four, [[maybe_unused]] estate::Ipv6Address six) {
#if defined(ESTATE_ILLEGAL)
    return four == six;
#else
    return four == estate::Ipv4Address::loopback();
#endif
}
