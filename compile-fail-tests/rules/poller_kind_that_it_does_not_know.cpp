// SPDX-License-Identifier: BSL-1.0
// rule:   a poller watches the kinds that its type lists.
// remedy: add the kind to the Poller.
// expect: the poller does not watch this kind
// lines-gcc: 8 because the text stands in the header
// lines-clang: 9 because the text stands in the header
// lines-gcc-16+: 10 because GCC 16 shows the place of each step, and draws the call
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;
using Listen = estate::On<estate::ListeningSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                          estate::interest::acceptable>;

void probe([[maybe_unused]] estate::Poller<Listen>& one, [[maybe_unused]] estate::Poller<Listen, Talk>& both,
           Talk::socket&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)one.watch<Talk>(std::move(socket));
#else
    (void)both.watch<Talk>(std::move(socket));
#endif
}
