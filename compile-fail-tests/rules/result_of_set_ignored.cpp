// SPDX-License-Identifier: BSL-1.0
// rule:   the system can refuse an option.
// remedy: look at the result, or say (void) that it does not matter.
// expect: ignoring return
// expect: nodiscard
// lines:  11 because GCC shows the declarations and that warnings are errors
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    peer.set(estate::option::no_delay{true});
#else
    if (!peer.set(estate::option::no_delay{true})) return;
#endif
}
