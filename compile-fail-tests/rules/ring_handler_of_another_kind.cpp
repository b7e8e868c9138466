// SPDX-License-Identifier: BSL-1.0
// rule:   the handler of a kind takes what an operation of that kind leaves.
// remedy: take estate::Done<Kind> of the kind that on<Kind>() names.
// expect: a handler takes a Done<Kind> and answers nothing
// lines-gcc: 8 because the text stands in the header
// lines-clang: 9 because the text stands in the header
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/completion.hpp>

using S = estate::ConnectedSocket<estate::Tcp<estate::V4>>;
using Receive = estate::Flight<estate::op::recv, S, estate::SlabBuffer>;
using Send = estate::Flight<estate::op::send, S, estate::SlabBuffer>;

void probe() {
#if defined(ESTATE_ILLEGAL)
    (void)estate::on<Receive>([](estate::Done<Send>) {});
#else
    (void)estate::on<Receive>([](estate::Done<Receive>) {});
#endif
}
