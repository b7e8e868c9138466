// SPDX-License-Identifier: BSL-1.0
// rule:   a listener that is ready has a connection, and no bytes.
// remedy: accept() it.
// expect: recv'
#include <estate/readiness.hpp>

using Listen = estate::On<estate::ListeningSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                          estate::interest::acceptable>;

void probe(estate::Ready<Listen>& ready, [[maybe_unused]] estate::MutableBuffer buffer) {
#if defined(ESTATE_ILLEGAL)
    (void)ready.recv(buffer);
#else
    (void)ready.accept();
#endif
}
