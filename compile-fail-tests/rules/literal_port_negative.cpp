// SPDX-License-Identifier: BSL-1.0
// rule:   a port is no negative number.
// remedy: correct the number.
// expect: a_port_is_0_to_65535
// expect-clang-14: a port is a constant of 0 to 65535
// lines-clang-14: 26 because Clang 14 has no consteval constructor here and lists what it tried
// errors-gcc-14+: 2 because GCC says why a call is not constant in an error of its own
// lines:  13 because compilers trace a consteval call
#include <estate/net/port.hpp>

estate::Port probe() {
#if defined(ESTATE_ILLEGAL)
    return -1;
#else
    return 1;
#endif
}
