// SPDX-License-Identifier: BSL-1.0
// rule:   addresses, ports and ranges are written into a stream by a header of its own.
// remedy: #include <estate/net/ostream.hpp>, or to_text(address).c_str() of <estate/net/text.hpp>.
// wrote:  std::cout << address
// expect-gcc:   use of deleted function
// lines-gcc: 15 because it shows what else there is, and where
// expect-clang: overload resolution selected deleted operator
// lines-clang: 169 because it shows what else there is, and where
// lines-gcc-16+: 18 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/estate.hpp>
#include <iostream>

void probe(estate::Ipv4Address address) {
#if defined(ESTATE_ILLEGAL)
    std::cout << address;
#else
    (void)address.to_uint();
#endif
}
