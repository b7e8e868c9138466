// SPDX-License-Identifier: BSL-1.0
// rule:   a ring does not move: the kernel knows where its operations are.
// remedy: move what probe() gave, and make the ring of it where it stays.
// expect: deleted
// lines-gcc: 9 because the declaration is shown
// lines-clang: 7 because the declaration is shown
// lines-gcc-16+: 12 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/completion.hpp>

using S = estate::ConnectedSocket<estate::Tcp<estate::V4>>;
using Receive = estate::Flight<estate::op::recv, S, estate::SlabBuffer>;

void probe([[maybe_unused]] estate::Ring<4, Receive>& ring, [[maybe_unused]] estate::posix::Uring& probed) {
#if defined(ESTATE_ILLEGAL)
    estate::Ring<4, Receive> other(std::move(ring));
#else
    estate::Ring<4, Receive> other(std::move(probed));
#endif
}
