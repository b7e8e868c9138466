// SPDX-License-Identifier: BSL-1.0
// rule:   a handler of a ring answers nothing: nobody would look at an error that it returned.
// remedy: see to the error in the handler, or keep it where more() of run() sees it.
// expect: a handler takes a Done<Kind> and answers nothing
// lines-gcc: 8 because the text stands in the header
// lines-clang: 9 because the text stands in the header
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/completion.hpp>

using S = estate::ConnectedSocket<estate::Tcp<estate::V4>>;
using Receive = estate::Flight<estate::op::recv, S, estate::SlabBuffer>;

estate::result<void> use(estate::Done<Receive>&& done);

void probe([[maybe_unused]] estate::result<void>& last) {
#if defined(ESTATE_ILLEGAL)
    (void)estate::on<Receive>([](estate::Done<Receive> done) { return use(std::move(done)); });
#else
    (void)estate::on<Receive>([&](estate::Done<Receive> done) { last = use(std::move(done)); });
#endif
}
