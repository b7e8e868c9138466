// SPDX-License-Identifier: BSL-1.0
// rule:   a Ready is one turn of one socket: it is not kept or used twice.
// remedy: move it, or answer again().
// expect: Ready
// lines-gcc: 9 because compilers show the deleted function
// lines-clang: 7 because compilers show the deleted function
// lines-gcc-16+: 12 because GCC 16 shows each candidate, and why it does not fit, with its place
#include <estate/readiness.hpp>

using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
                        estate::interest::duplex>;

estate::Ready<Talk> probe(estate::Ready<Talk>& ready) {
#if defined(ESTATE_ILLEGAL)
    return ready;
#else
    return std::move(ready);
#endif
}
