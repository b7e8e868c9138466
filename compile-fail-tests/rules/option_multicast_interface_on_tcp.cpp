// SPDX-License-Identifier: BSL-1.0
// rule:   a connection is to one host, so there is no interface for groups to choose.
// remedy: bind() to an address of the interface, or bind_to_device.
// expect: set
// expect: multicast_interface
// lines-gcc-14+: 35 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  22 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& tcp,
           [[maybe_unused]] estate::CreatedSocket<estate::Udp<estate::V4>>& udp) {
#if defined(ESTATE_ILLEGAL)
    (void)tcp.set(estate::option::multicast_interface{1});
#else
    (void)udp.set(estate::option::multicast_interface{1});
#endif
}
