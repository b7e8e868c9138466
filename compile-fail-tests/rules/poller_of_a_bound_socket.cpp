// SPDX-License-Identifier: BSL-1.0
// rule:   a stream is watched when it listens, is connecting or carries data; what is only bound has nothing to tell.
// remedy: listen() or connect, then watch it.
// expect: is_watchable
// lines-gcc: 12 because it shows how it came to ask for the constraint
// lines-gcc-16+: 17 because GCC 16 shows each step to what a constraint lacks, with its place
#include <estate/readiness.hpp>

#if defined(ESTATE_ILLEGAL)
void probe(estate::On<estate::BoundSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>, estate::interest::readable>*);
#else
void probe(
    estate::On<estate::ListeningSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>, estate::interest::acceptable>*);
#endif
