// SPDX-License-Identifier: BSL-1.0
// rule:   a socket takes one transition.
// remedy: go on with what the first returned.
// expect: 'consumed' state
// only:   consumed
#include <estate/estate.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>> fresh, estate::SocketAddress<estate::V4> address) {
#if defined(ESTATE_ILLEGAL)
    auto first = std::move(fresh).bind(address);
    auto second = std::move(fresh).bind(address);
#else
    auto first = std::move(fresh).bind(address);
    if (!first) (void)std::move(first.assume_error().socket).bind_any();
#endif
}
