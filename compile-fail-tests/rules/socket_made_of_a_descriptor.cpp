// SPDX-License-Identifier: BSL-1.0
// rule:   a descriptor is no connected socket until the kernel was asked.
// remedy: adopt<Transport>(descriptor) and look at the state that it finds.
// expect-gcc: Socket<estate::Connected
// expect-clang: no matching constructor for initialization of 'estate::ConnectedSocket
// lines-gcc-15+: 29 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  21 because compilers list the constructors
#include <estate/estate.hpp>

void probe(int descriptor) {
#if defined(ESTATE_ILLEGAL)
    estate::ConnectedSocket<estate::Tcp<estate::V4>> peer(descriptor);
    (void)peer.handle();
#else
    (void)estate::adopt<estate::Tcp<estate::V4>>(descriptor);
#endif
}
