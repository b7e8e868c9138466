// SPDX-License-Identifier: BSL-1.0
// rule:   a listener accepts; it has no bytes to receive.
// remedy: Flight<op::accept, ...> gives the sockets that do.
// expect: table_allows
// lines-gcc: 12 because it shows how it came to ask for the constraint
// lines-gcc-16+: 17 because GCC 16 shows each step to what a constraint lacks, with its place
#include <estate/completion.hpp>

#if defined(ESTATE_ILLEGAL)
void probe(estate::Flight<estate::op::recv, estate::ListeningSocket<estate::Tcp<estate::V4>>, estate::SlabBuffer>*);
#else
void probe(estate::Flight<estate::op::recv, estate::ConnectedSocket<estate::Tcp<estate::V4>>, estate::SlabBuffer>*);
#endif
