// SPDX-License-Identifier: BSL-1.0
// rule:   a socket that is watched for receiving alone could not sleep until it can send.
// remedy: watch it for interest::duplex.
// expect: send'
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;
using Hear = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::readable>;

void probe([[maybe_unused]] estate::Ready<Hear>& hears, [[maybe_unused]] estate::Ready<Talk>& talks,
           estate::ConstBuffer bytes) {
#if defined(ESTATE_ILLEGAL)
    (void)hears.send(bytes);
#else
    (void)talks.send(bytes);
#endif
}
