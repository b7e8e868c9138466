// SPDX-License-Identifier: BSL-1.0
// rule:   a listener acknowledges no bytes, and what it accepts does not take quick_ack over.
// remedy: set it on the connection, after a receive.
// expect: set
// expect: quick_ack
// lines-gcc-14+: 35 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  22 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::ListeningSocket<estate::Tcp<estate::V4>>& listener,
           [[maybe_unused]] estate::ConnectedSocket<estate::Tcp<estate::V4>>& connection) {
#if defined(ESTATE_ILLEGAL)
    (void)listener.set(estate::option::quick_ack{});
#else
    (void)connection.set(estate::option::quick_ack{});
#endif
}
