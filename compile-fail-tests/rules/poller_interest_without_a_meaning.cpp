// SPDX-License-Identifier: BSL-1.0
// rule:   a listener is watched for connections; bytes never come there.
// remedy: interest::acceptable.
// expect: is_watchable
// lines-gcc: 12 because it shows how it came to ask for the constraint
// lines-gcc-16+: 17 because GCC 16 shows each step to what a constraint lacks, with its place
#include <estate/readiness.hpp>

#if defined(ESTATE_ILLEGAL)
void probe(estate::On<estate::ListeningSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>, estate::interest::readable>&);
#else
void probe(
    estate::On<estate::ListeningSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>, estate::interest::acceptable>&);
#endif
