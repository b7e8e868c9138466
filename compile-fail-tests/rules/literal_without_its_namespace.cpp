// SPDX-License-Identifier: BSL-1.0
// rule:   literals of addresses stand in estate::literals.
// remedy: using namespace estate::literals; or using namespace estate;
// wrote:  "127.0.0.1"_ip4 without using namespace
// expect-gcc:   unable to find string literal operator
// expect-clang: and no matching literal operator template
#include <estate/estate.hpp>

#if defined(ESTATE_ILLEGAL)
auto probe() { return "127.0.0.1"_ip4; }
#else
auto probe() { return estate::Ipv4Address::loopback(); }
#endif
