// SPDX-License-Identifier: BSL-1.0
// rule:   a bound socket uses the address, so it keeps the lease.
// remedy: close() the socket; the ClosedSocket gives the lease back.
// expect: release
// lines:  11 because compilers show the declaration
#include <estate/estate.hpp>
#include <estate/pool.hpp>

void probe(estate::BoundSocket<estate::Tcp<estate::V4>, estate::Lease<estate::V4>>&& bound) {
#if defined(ESTATE_ILLEGAL)
    std::move(bound.held()).release();
#else
    if (auto closed = std::move(bound).close()) std::move(std::move(closed).assume_value().detach_hold().hold).release();
#endif
}
