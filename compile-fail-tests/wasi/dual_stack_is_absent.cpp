// SPDX-License-Identifier: BSL-1.0
// rule:   an IPv6 socket of WASI never carries IPv4.
// remedy: a socket for each family.
// expect: estate: sockets of this platform carry one family each; make one of V4 and one of V6
// errors: 2 because the call of the backend that makes one is missing, too
// lines:  52 because the candidates of that call are listed, and compilers say where the assertion was reached from
#include <estate/estate.hpp>

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)estate::tcp_v46();
#else
    (void)estate::tcp_v6();
#endif
}
