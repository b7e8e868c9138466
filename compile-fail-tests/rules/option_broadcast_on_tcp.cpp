// SPDX-License-Identifier: BSL-1.0
// rule:   a stream has one peer and no broadcast.
// remedy: use UDP.
// expect: broadcast
// expect: estate::Tcp<estate::V4>
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>& stream,
           [[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>& datagrams) {
#if defined(ESTATE_ILLEGAL)
    (void)stream.set(estate::option::broadcast{true});
#else
    (void)datagrams.set(estate::option::broadcast{true});
#endif
}
