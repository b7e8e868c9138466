// SPDX-License-Identifier: BSL-1.0
// rule:   a prefix is at most as long as the address: 32 bits for IPv4, 128 for IPv6.
// remedy: correct the prefix length.
// expect: the_prefix_length_exceeds_the_width_of_the_address
// lines-clang-14: 30 because the literal is a template there
// errors-gcc-14+: 2 because GCC says why a call is not constant in an error of its own
// lines:  16 because compilers trace a consteval call
#include <estate/net/literals.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
auto probe() { return "192.0.2.0/33"_cidr4; }
#else
auto probe() { return "192.0.2.0/32"_cidr4; }
#endif
