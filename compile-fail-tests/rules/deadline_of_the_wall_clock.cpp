// SPDX-License-Identifier: BSL-1.0
// rule:   a deadline is a point of the steady clock: the wall clock can be set back.
// remedy: std::chrono::steady_clock::now() + duration.
// expect: Until
// lines-gcc-15+: 52 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  34 because compilers list the overloads
#include <chrono>
#include <estate/estate.hpp>

void probe(estate::ListeningSocket<estate::Tcp<estate::V4>>& listener) {
#if defined(ESTATE_ILLEGAL)
    (void)listener.accept(std::chrono::system_clock::now());
#else
    (void)listener.accept(std::chrono::steady_clock::now());
#endif
}
