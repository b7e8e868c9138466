// SPDX-License-Identifier: BSL-1.0
// rule:   of two halves that are shut nothing is left to join.
// remedy: close them.
// expect: join
// expect: OtherHalfOf
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/halves.hpp>

void probe(estate::ReceiveClosedSocket<estate::ReadHalf<estate::Tcp<estate::V4>>> reader,
           [[maybe_unused]] estate::SendClosedSocket<estate::WriteHalf<estate::Tcp<estate::V4>>> writer) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(reader).join(std::move(writer));
#else
    (void)std::move(reader).close();
#endif
}
