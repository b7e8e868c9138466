// SPDX-License-Identifier: BSL-1.0
// rule:   an operation in flight owns its bytes: the kernel writes into them when it likes.
// remedy: a SlabBuffer, a std::array, or an object of your own that has the memory.
// expect: owns_its_bytes
// lines-gcc: 12 because it shows how it came to ask for the constraint
// lines-gcc-16+: 17 because GCC 16 shows each step to what a constraint lacks, with its place
#include <estate/completion.hpp>

using S = estate::ConnectedSocket<estate::Tcp<estate::V4>>;
#if defined(ESTATE_ILLEGAL)
void probe(estate::Flight<estate::op::recv, S, estate::MutableBuffer>*);
#else
void probe(estate::Flight<estate::op::recv, S, estate::SlabBuffer>*);
#endif
