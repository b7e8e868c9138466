// SPDX-License-Identifier: BSL-1.0
// rule:   no option shapes the sending of a socket that sends no more.
// remedy: set it earlier.
// expect: no_delay
// expect: estate::SendClosed
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::SendClosedSocket<estate::Tcp<estate::V4>>& half,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& peer) {
#if defined(ESTATE_ILLEGAL)
    (void)half.set(estate::option::no_delay{true});
#else
    (void)peer.set(estate::option::no_delay{true});
#endif
}
