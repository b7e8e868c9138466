// SPDX-License-Identifier: BSL-1.0
// rule:   a bare number does not say what it counts.
// remedy: listen(Backlog(16)).
// expect: Backlog
// lines-gcc-15+: 19 because GCC 16 shows each candidate, and why it does not fit, with its place
// lines:  13 because compilers list the overloads
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Tcp<estate::V4>>&& bound) {
#if defined(ESTATE_ILLEGAL)
    (void)std::move(bound).listen(16);
#else
    (void)std::move(bound).listen(estate::Backlog(16));
#endif
}
