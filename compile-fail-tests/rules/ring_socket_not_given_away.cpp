// SPDX-License-Identifier: BSL-1.0
// rule:   an operation in flight has the socket: nobody else receives, closes or frees it meanwhile.
// remedy: std::move(socket); the handler gives it back.
// expect: rvalue
// lines-gcc: 9 because the declaration is shown
// lines-clang: 7 because the declaration is shown
#include <estate/completion.hpp>

using Accept = estate::Flight<estate::op::accept, estate::ListeningSocket<estate::Tcp<estate::V4>>>;

void probe(estate::Ring<4, Accept>& ring, Accept::socket& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)ring.accept<Accept>(listener);
#else
    (void)ring.accept<Accept>(std::move(listener));
#endif
}
