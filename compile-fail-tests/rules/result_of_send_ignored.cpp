// SPDX-License-Identifier: BSL-1.0
// rule:   a stream may take fewer bytes than it was given.
// remedy: look at the count, or call send_all().
// wrote:  the count of send not looked at
// expect: ignoring return
// expect: nodiscard
// lines:  11 because GCC shows the declarations and that warnings are errors
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    peer.send("hello");
#else
    if (!peer.send_all("hello")) return;
#endif
}
