// SPDX-License-Identifier: BSL-1.0
// rule:   what comes over a socket of the kernel is a socket of the kernel: a simulated one lives in a simulated host.
// remedy: receive a transport whose backend has the context of the socket that it comes over.
// expect: of_the_same_world
// lines-gcc: 21 because it shows what else there is, and where
// lines-clang: 15 because it shows what else there is, and where
// lines-gcc-16+: 40 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/sim.hpp>
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

using namespace estate;

void probe(const ConnectedSocket<UnixStream>& over) {
#if defined(ESTATE_ILLEGAL)
    (void)over.recv_socket<Tcp<V4, sim::Sockets>>();
#else
    (void)over.recv_socket<Tcp<V4>>();
#endif
}
