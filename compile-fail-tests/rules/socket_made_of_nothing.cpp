// SPDX-License-Identifier: BSL-1.0
// rule:   a socket without a descriptor does not exist.
// remedy: tcp_v4() and its like; std::optional for a socket that may be missing.
// wrote:  ConnectedSocket<Tcp<V4>> socket;
// expect-gcc: Socket<estate::Created
// expect-clang: no matching constructor for initialization of 'estate::CreatedSocket
// lines-gcc-15+: 26 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  19 because compilers list the constructors
#include <estate/estate.hpp>

void probe() {
#if defined(ESTATE_ILLEGAL)
    estate::CreatedSocket<estate::Tcp<estate::V4>> socket;
    (void)socket.handle();
#else
    auto socket = estate::tcp_v4();
    if (socket) (void)socket.assume_value().handle();
#endif
}
