// SPDX-License-Identifier: BSL-1.0
// rule:   a transition leaves nothing in the old variable.
// remedy: go on with what it returned.
// expect: invalid invocation of method 'handle' on object 'fresh' while it is in the 'consumed' state
// only:   consumed
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>> fresh, estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    auto bound = std::move(fresh).bind(address);
    (void)fresh.handle();
#else
    auto bound = std::move(fresh).bind(address);
    if (bound) (void)bound.assume_value().handle();
#endif
}
