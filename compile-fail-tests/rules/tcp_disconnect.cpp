// SPDX-License-Identifier: BSL-1.0
// rule:   a connection cannot give up its peer and live on.
// remedy: finish(), close() or abort().
// expect: disconnect'
// expect: estate::Tcp<estate::V4>
// lines:  5 because compilers add the name that they think was meant
#include <estate/estate.hpp>

void probe(estate::ConnectedSocket<estate::Tcp<estate::V4>>&& socket) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(socket).disconnect();
#else
    (void)std::move(socket).close();
#endif
}
