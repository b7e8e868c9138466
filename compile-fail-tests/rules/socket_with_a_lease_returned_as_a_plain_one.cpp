// SPDX-License-Identifier: BSL-1.0
// rule:   a socket that holds a lease is another type than one that holds nothing.
// remedy: name the hold: estate::BoundSocket<estate::Tcp<estate::V4>, estate::Lease<estate::V4>>.
// wrote:  a socket bound to a lease, returned as BoundSocket<Tcp<V4>>
// expect-gcc:   could not convert
// lines-gcc: 6 because it shows what else there is, and where
// expect-clang: no viable conversion from returned value of type
// lines-clang: 82 because it shows what else there is, and where
#include <estate/estate.hpp>
#include <estate/pool.hpp>

using Plain = estate::BoundSocket<estate::Tcp<estate::V4>>;
using Leased = estate::BoundSocket<estate::Tcp<estate::V4>, estate::Lease<estate::V4>>;

#if defined(ESTATE_ILLEGAL)
estate::result<Plain> probe(Leased&& bound) { return std::move(bound); }
#else
estate::result<Leased> probe(Leased&& bound) { return std::move(bound); }
#endif
