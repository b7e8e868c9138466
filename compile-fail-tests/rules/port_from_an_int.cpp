// SPDX-License-Identifier: BSL-1.0
// rule:   a number that is known at run time only is no port until its range is known.
// remedy: pass a std::uint16_t, or read text with Port::parse().
// wrote:  Port from atoi()
// expect-gcc: 'number' is not a constant expression
// expect-clang: call to consteval function 'estate::Port
// expect-clang-14: a port is a constant of 0 to 65535
// lines-clang-14: 26 because Clang 14 has no consteval constructor here and lists what it tried
// errors-gcc-14+: 2 because GCC says why a call is not constant in an error of its own
// lines:  10 because compilers say why the call is not constant
#include <cstdint>
#include <estate/net/port.hpp>

#if defined(ESTATE_ILLEGAL)
estate::Port probe(int number) { return estate::Port(number); }
#else
estate::Port probe(std::uint16_t number) { return estate::Port(number); }
#endif
