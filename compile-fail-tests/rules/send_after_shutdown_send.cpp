// SPDX-License-Identifier: BSL-1.0
// rule:   after its FIN a stream sends nothing.
// remedy: send first, then shutdown_send().
// wrote:  send after shutdown_send
// expect: send'
// expect: estate::SendClosed
#include <estate/estate.hpp>

void probe(estate::SendClosedSocket<estate::Tcp<estate::V4>>& half,
           [[maybe_unused]] estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)half.send("more");
#else
    (void)half.recv(buffer);
#endif
}
