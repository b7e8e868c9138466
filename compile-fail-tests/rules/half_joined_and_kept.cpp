// SPDX-License-Identifier: BSL-1.0
// rule:   join() consumes both halves: one that stayed would be a second owner.
// remedy: join(std::move(writer)).
// expect: join
// expect: OtherHalfOf
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/halves.hpp>

using Reader = estate::ConnectedSocket<estate::ReadHalf<estate::Tcp<estate::V4>>>;
using Writer = estate::ConnectedSocket<estate::WriteHalf<estate::Tcp<estate::V4>>>;

void probe(Reader reader, Writer writer) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(reader).join(writer);
#else
    (void)std::move(reader).join(std::move(writer));
#endif
}
