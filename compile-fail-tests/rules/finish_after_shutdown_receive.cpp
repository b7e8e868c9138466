// SPDX-License-Identifier: BSL-1.0
// rule:   finish() reads up to the peer's FIN, which a closed receiving half cannot.
// remedy: shutdown_send() or close().
// expect: finish'
// expect: estate::ReceiveClosed
#include <estate/estate.hpp>

void probe(estate::ReceiveClosedSocket<estate::Tcp<estate::V4>>&& half) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(half).finish(estate::Deadline::at_once());
#else
    (void)std::move(half).shutdown_send();
#endif
}
