// SPDX-License-Identifier: BSL-1.0
// rule:   an option is read where the transport has it.
// remedy: leave it out.
// expect: no_delay
// expect: estate::Udp<estate::V4>
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>& datagrams,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& stream) {
#if defined(ESTATE_ILLEGAL)
    (void)datagrams.get<estate::option::no_delay>();
#else
    (void)stream.get<estate::option::no_delay>();
#endif
}
