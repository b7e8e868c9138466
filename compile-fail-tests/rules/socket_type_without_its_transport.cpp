// SPDX-License-Identifier: BSL-1.0
// rule:   the alias of a state wants the transport: TCP and UDP, IPv4 and IPv6 are different types.
// remedy: estate::ConnectedSocket<estate::Tcp<estate::V4>>, or auto.
// wrote:  void serve(ConnectedSocket peer)
// expect-gcc:   not permitted in this context
// expect-clang: requires template arguments; argument deduction not allowed in function prototype
// lines-clang: 7 because it shows what else there is, and where
// expect-gcc-16+: template placeholder not permitted in parameter
// lines-gcc-16+: 13 because GCC 16 tells it of the parameter, of the call, and of what follows
#include <estate/estate.hpp>

#if defined(ESTATE_ILLEGAL)
void serve(estate::ConnectedSocket peer);
#else
void serve(estate::ConnectedSocket<estate::Tcp<estate::V4>> peer);
#endif
