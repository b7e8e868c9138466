// SPDX-License-Identifier: BSL-1.0
// rule:   sockets of two families are two types, and ?: wants one.
// remedy: a template over the family: run<estate::V6>() or run<estate::V4>().
// wrote:  six ? tcp_v6() : tcp_v4()
// expect-gcc:   have different types
// expect-clang: incompatible operand types
#include <estate/estate.hpp>

void probe(bool six) {
#if defined(ESTATE_ILLEGAL)
    auto socket = six ? estate::tcp_v6() : estate::tcp_v4();
    (void)socket;
#else
    if (six) {
        (void)estate::tcp_v6();
    } else {
        (void)estate::tcp_v4();
    }
#endif
}
