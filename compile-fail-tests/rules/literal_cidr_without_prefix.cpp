// SPDX-License-Identifier: BSL-1.0
// rule:   a range is written ADDRESS/LENGTH.
// remedy: write the length; /128 for one address.
// expect: a_cidr_range_is_written_address_slash_length
// lines-clang-14: 30 because the literal is a template there
// errors-gcc-14+: 2 because GCC says why a call is not constant in an error of its own
// lines:  16 because compilers trace a consteval call
#include <estate/net/literals.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
auto probe() { return "2001:db8::"_cidr6; }
#else
auto probe() { return "2001:db8::/32"_cidr6; }
#endif
