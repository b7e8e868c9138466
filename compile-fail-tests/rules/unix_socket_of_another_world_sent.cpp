// SPDX-License-Identifier: BSL-1.0
// rule:   what goes over a socket of the kernel is a socket of the kernel: the number of a simulated one means nothing there.
// remedy: send a socket whose backend has the context of the one that it goes over.
// expect: delete
// lines-gcc: 9 because it shows what else there is, and where
// lines-clang: 13 because it shows what else there is, and where
// lines-gcc-16+: 40 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/sim.hpp>
#include <estate/tcp.hpp>
#include <estate/unix.hpp>

using namespace estate;

void probe(const ConnectedSocket<UnixStream>& over, CreatedSocket<Tcp<V4>> ours,
           [[maybe_unused]] CreatedSocket<Tcp<V4, sim::Sockets>> simulated) {
#if defined(ESTATE_ILLEGAL)
    (void)ours;
    (void)over.send_socket(std::move(simulated));
#else
    (void)over.send_socket(std::move(ours));
#endif
}
