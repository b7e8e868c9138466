// SPDX-License-Identifier: BSL-1.0
// rule:   SO_REUSEADDR has an effect before bind() only.
// remedy: set it on the created socket.
// wrote:  reuse_address after bind
// expect: reuse_address
// expect: estate::Bound
// lines-gcc-14+: 31 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  18 because compilers say which constraint failed
#include <estate/estate.hpp>

void probe([[maybe_unused]] estate::BoundSocket<estate::Tcp<estate::V4>>& bound,
           [[maybe_unused]] estate::CreatedSocket<estate::Tcp<estate::V4>>& fresh) {
#if defined(ESTATE_ILLEGAL)
    (void)bound.set(estate::option::reuse_address{true});
#else
    (void)fresh.set(estate::option::reuse_address{true});
#endif
}
