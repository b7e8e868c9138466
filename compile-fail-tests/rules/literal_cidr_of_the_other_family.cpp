// SPDX-License-Identifier: BSL-1.0
// rule:   _cidr4 reads IPv4 ranges, _cidr6 reads IPv6 ranges.
// remedy: use the literal of the address's family.
// expect: this_is_not_an_ipv4_address
// lines-clang-14: 30 because the literal is a template there
// errors-gcc-14+: 2 because GCC says why a call is not constant in an error of its own
// lines:  16 because compilers trace a consteval call
#include <estate/net/literals.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
auto probe() { return "2001:db8::/32"_cidr4; }
#else
auto probe() { return "2001:db8::/32"_cidr6; }
#endif
