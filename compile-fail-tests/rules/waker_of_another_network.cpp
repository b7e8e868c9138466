// SPDX-License-Identifier: BSL-1.0
// rule:   a waker ends the calls of the network that it was opened in: one of a simulated host ends none of the kernel's.
// remedy: open the waker of the socket's backend.
// expect: recv
// lines:  40 because compilers list the overloads
// lines-gcc-16+: 47 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/sim.hpp>
#include <estate/tcp.hpp>
#include <estate/waker.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer, estate::MutableBuffer buffer,
           const estate::Waker& ours, const estate::BasicWaker<estate::sim::Sockets>& simulated) {
#if defined(ESTATE_ILLEGAL)
    (void)ours;
    (void)peer.recv(buffer, simulated);
#else
    (void)peer.recv(buffer, ours);
    (void)simulated;
#endif
}
