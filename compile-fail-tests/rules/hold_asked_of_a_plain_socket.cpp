// SPDX-License-Identifier: BSL-1.0
// rule:   a socket that was bound without a lease holds none.
// remedy: bind(std::move(lease), port).
// expect: held
// lines-gcc-14+: 34 because GCC 16 shows each step to what a constraint lacks, with its place
// lines-gcc: 21 because GCC says which constraint failed
#include <estate/estate.hpp>
#include <estate/pool.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>& plain,
           [[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>, estate::Lease<estate::V4>>& leased) {
#if defined(ESTATE_ILLEGAL)
    (void)plain.held();
#else
    (void)leased.held().address();
#endif
}
