// SPDX-License-Identifier: BSL-1.0
// rule:   what one socket proves lets no other kind sleep.
// remedy: each handler answers by its own Ready.
// expect: Next
// lines-gcc: 6 because it names the function, whose types are long
// lines-clang: 13 because it lists the constructors
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;
using Listen = estate::On<estate::ListeningSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                          estate::interest::acceptable>;

estate::Next<Listen> probe([[maybe_unused]] estate::Ready<Talk> peer, [[maybe_unused]] estate::Ready<Listen> listener) {
#if defined(ESTATE_ILLEGAL)
    return std::move(peer).next();
#else
    return std::move(listener).next();
#endif
}
