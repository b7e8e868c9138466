// SPDX-License-Identifier: BSL-1.0
// rule:   a closed receiving half receives nothing.
// remedy: receive first, then shutdown_receive().
// expect: recv'
// expect: estate::ReceiveClosed
#include <estate/estate.hpp>

void probe(estate::ReceiveClosedSocket<estate::Tcp<estate::V4>>& half,
           [[maybe_unused]] estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)half.recv(buffer);
#else
    (void)half.send("more");
#endif
}
