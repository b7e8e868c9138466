// SPDX-License-Identifier: BSL-1.0
// rule:   adopt() finds only states that the kernel can tell.
// remedy: take<> one of AdoptedSocket's states, or visit().
// expect: take
// lines-gcc-14+: 33 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  20 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe(estate::AdoptedSocket<estate::Tcp<estate::V4>>&& found) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(found).take<estate::ReceiveClosed>();
#else
    (void)std::move(found).take<estate::Connected>();
#endif
}
