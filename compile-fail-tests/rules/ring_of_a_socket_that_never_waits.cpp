// SPDX-License-Identifier: BSL-1.0
// rule:   an operation in flight waits, so its socket is one that does; what never waits is for a poller.
// remedy: set_blocking(), or leave set_nonblocking() out.
// expect: is_stream_that_waits
// lines-gcc: 12 because it shows how it came to ask for the constraint
// lines-gcc-16+: 17 because GCC 16 shows each step to what a constraint lacks, with its place
#include <estate/completion.hpp>

using T = estate::Tcp<estate::V4>;
#if defined(ESTATE_ILLEGAL)
void probe(estate::Flight<estate::op::recv, estate::ConnectedSocket<estate::NonBlocking<T>>, estate::SlabBuffer>*);
#else
void probe(estate::Flight<estate::op::recv, estate::ConnectedSocket<T>, estate::SlabBuffer>*);
#endif
