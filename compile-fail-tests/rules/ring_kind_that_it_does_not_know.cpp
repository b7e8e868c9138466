// SPDX-License-Identifier: BSL-1.0
// rule:   a ring does the kinds of operations that its type lists.
// remedy: add the kind to the Ring.
// expect: the ring does not know this kind
// lines-gcc: 12 because the text stands in the header
// lines-clang: 12 because the text stands in the header
// lines-gcc-16+: 13 because GCC 16 shows the place of each step, and draws the call
#include <estate/completion.hpp>

using S = estate::ConnectedSocket<estate::Tcp<estate::V4>>;
using Receive = estate::Flight<estate::op::recv, S, estate::SlabBuffer>;
using Send = estate::Flight<estate::op::send, S, estate::SlabBuffer>;

void probe([[maybe_unused]] estate::Ring<4, Receive>& one, [[maybe_unused]] estate::Ring<4, Receive, Send>& both,
           S&& socket, estate::SlabBuffer&& buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)one.submit<Send>(std::move(socket), std::move(buffer));
#else
    (void)both.submit<Send>(std::move(socket), std::move(buffer));
#endif
}
