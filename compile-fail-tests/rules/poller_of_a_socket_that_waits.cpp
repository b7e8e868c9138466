// SPDX-License-Identifier: BSL-1.0
// rule:   a poller watches sockets that never wait: one that does would stop all others.
// remedy: set_nonblocking() makes one of it.
// expect: is_watchable
// lines-gcc: 12 because it shows how it came to ask for the constraint
// lines-gcc-16+: 17 because GCC 16 shows each step to what a constraint lacks, with its place
#include <estate/readiness.hpp>

#if defined(ESTATE_ILLEGAL)
void probe(estate::On<estate::ConnectedSocket<estate::Tcp<estate::V4>>, estate::interest::readable>*);
#else
void probe(estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>, estate::interest::readable>*);
#endif
