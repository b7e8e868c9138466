// SPDX-License-Identifier: BSL-1.0
// rule:   each kind of operations that a ring does has its handler in a turn: what is over has somebody to go to.
// remedy: add on<Kind>(...) for it.
// expect: has no handler in this turn
// lines-gcc: 8 because the text stands in the header
// lines-clang: 9 because the text stands in the header
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/completion.hpp>

using S = estate::ConnectedSocket<estate::Tcp<estate::V4>>;
using Receive = estate::Flight<estate::op::recv, S, estate::SlabBuffer>;
using Send = estate::Flight<estate::op::send, S, estate::SlabBuffer>;

void probe(estate::Ring<4, Receive, Send>& ring) {
    const auto receives = estate::on<Receive>([](estate::Done<Receive>) {});
#if defined(ESTATE_ILLEGAL)
    (void)ring.turn(estate::Deadline::never(), receives);
#else
    (void)ring.turn(estate::Deadline::never(), receives, estate::on<Send>([](estate::Done<Send>) {}));
#endif
}
