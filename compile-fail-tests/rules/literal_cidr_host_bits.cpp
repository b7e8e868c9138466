// SPDX-License-Identifier: BSL-1.0
// rule:   a range has no bits outside its prefix.
// remedy: write the first address of the range, or CidrRange::masked() at run time.
// expect: the_address_has_bits_outside_its_prefix
// lines-clang-14: 30 because the literal is a template there
// errors-gcc-14+: 2 because GCC says why a call is not constant in an error of its own
// lines:  16 because compilers trace a consteval call
#include <estate/net/literals.hpp>

using namespace estate::literals;

#if defined(ESTATE_ILLEGAL)
auto probe() { return "192.0.2.7/24"_cidr4; }
#else
auto probe() { return "192.0.2.0/24"_cidr4; }
#endif
