// SPDX-License-Identifier: BSL-1.0
// rule:   a socket that does not listen has no queue.
// remedy: listen(Backlog) says how long it is.
// expect: set_backlog'
// expect: estate::Bound
#include <estate/estate.hpp>

void probe(estate::BoundSocket<estate::Tcp<estate::V4>>&& bound) {
#if defined(ESTATE_ILLEGAL)
    (void)bound.set_backlog(estate::Backlog(64));
#else
    (void)std::move(bound).listen(estate::Backlog(64));
#endif
}
