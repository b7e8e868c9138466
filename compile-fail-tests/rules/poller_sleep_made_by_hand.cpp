// SPDX-License-Identifier: BSL-1.0
// rule:   that a socket may sleep is proved by a call on it, and never just said.
// remedy: std::move(ready).next(), after the calls.
// expect: Next
// lines-gcc: 9 because compilers show the deleted function
// lines-clang: 7 because compilers show the deleted function
// lines-gcc-16+: 12 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;

estate::Next<Talk> probe([[maybe_unused]] estate::Ready<Talk> ready) {
#if defined(ESTATE_ILLEGAL)
    return estate::Next<Talk>();
#else
    return std::move(ready).next();
#endif
}
