// SPDX-License-Identifier: BSL-1.0
// rule:   TCP_NODELAY is an option of TCP.
// remedy: leave it out: UDP gathers nothing.
// expect: no_delay
// expect: estate::Udp<estate::V4>
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Udp<estate::V4>>& datagrams,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& stream) {
#if defined(ESTATE_ILLEGAL)
    (void)datagrams.set(estate::option::no_delay{true});
#else
    (void)stream.set(estate::option::no_delay{true});
#endif
}
