// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv6 literal is the text form of RFC 4291.
// remedy: correct the address; the error names what is wrong with it.
// expect: this_is_not_an_ipv6_address
// lines-clang-14: 30 because the literal is a template there
// errors-gcc-14+: 2 because GCC says why a call is not constant in an error of its own
// lines:  13 because compilers trace a consteval call
#include <estate/net/literals.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
auto probe() { return "2001:db8::1::2"_ip6; }
#else
auto probe() { return "2001:db8::1:2"_ip6; }
#endif
