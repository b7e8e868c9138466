// SPDX-License-Identifier: BSL-1.0
// rule:   a connection has one half that receives and one that sends.
// remedy: join the half that receives with the half that sends.
// expect: join
// expect: OtherHalfOf
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/halves.hpp>

using Reader = estate::ConnectedSocket<estate::ReadHalf<estate::Tcp<estate::V4>>>;
using Writer = estate::ConnectedSocket<estate::WriteHalf<estate::Tcp<estate::V4>>>;

void probe(Reader reader, [[maybe_unused]] Reader another, [[maybe_unused]] Writer writer) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(reader).join(std::move(another));
#else
    (void)std::move(reader).join(std::move(writer));
#endif
}
