// SPDX-License-Identifier: BSL-1.0
// rule:   one lease is bound by one socket.
// remedy: lease.share() for a further socket on the same address.
// expect: 'consumed' state
// only:   consumed
#include <estate/estate.hpp>
#include <estate/pool.hpp>

void probe(estate::CreatedSocket<estate::Tcp<estate::V4>> first,
           estate::CreatedSocket<estate::Tcp<estate::V4>> second,
           estate::Lease<estate::V4> lease) {
#if defined(ESTATE_ILLEGAL)
    auto one = std::move(first).bind(std::move(lease), 80);
    auto two = std::move(second).bind(lease.share(), 81);
#else
    auto two = std::move(second).bind(lease.share(), 81);
    auto one = std::move(first).bind(std::move(lease), 80);
#endif
}
