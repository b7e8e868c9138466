// SPDX-License-Identifier: BSL-1.0
// rule:   what accept() returns is the connection; dropping it closes it.
// remedy: keep it.
// expect: ignoring return
// expect: nodiscard
// lines:  11 because GCC shows the declarations and that warnings are errors
#include <estate/estate.hpp>

void probe(estate::ListeningSocket<estate::Tcp<estate::V4>>& listener) {
#if defined(ESTATE_ILLEGAL)
    listener.accept();
#else
    if (const auto peer = listener.accept()) (void)peer.assume_value().handle();
#endif
}
