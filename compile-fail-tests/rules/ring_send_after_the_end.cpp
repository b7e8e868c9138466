// SPDX-License-Identifier: BSL-1.0
// rule:   after shutdown_send() nothing is sent, by a ring neither.
// remedy: send before, or shut the other direction.
// expect: table_allows
// lines-gcc: 12 because it shows how it came to ask for the constraint
// lines-gcc-16+: 17 because GCC 16 shows each step to what a constraint lacks, with its place
#include <estate/completion.hpp>

#if defined(ESTATE_ILLEGAL)
void probe(estate::Flight<estate::op::send, estate::SendClosedSocket<estate::Tcp<estate::V4>>, estate::SlabBuffer>*);
#else
void probe(estate::Flight<estate::op::send, estate::ReceiveClosedSocket<estate::Tcp<estate::V4>>, estate::SlabBuffer>*);
#endif
