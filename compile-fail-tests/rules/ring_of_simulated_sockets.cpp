// SPDX-License-Identifier: BSL-1.0
// rule:   a ring is the kernel's, and a simulated socket is none of the kernel's.
// remedy: simulate with a poller (BasicPoller<sim::ReadySet, ...>).
// expect: the ring is the kernel's
// lines-gcc: 12 because the text stands in the header
// lines-clang: 12 because the text stands in the header
#include <estate/completion.hpp>
#include <estate/sim.hpp>

template <class... Backend>
using Receive =
    estate::Flight<estate::op::recv, estate::ConnectedSocket<estate::Tcp<estate::V4, Backend...>>, estate::SlabBuffer>;

void probe(estate::posix::Uring&& probed) {
#if defined(ESTATE_ILLEGAL)
    const estate::Ring<4, Receive<estate::sim::Sockets>> ring(std::move(probed));
#else
    const estate::Ring<4, Receive<>> ring(std::move(probed));
#endif
}
