// SPDX-License-Identifier: BSL-1.0
// rule:   a selection says where the search for an address begins.
// remedy: one of selection.hpp, or a type whose call with a hash gives a SearchStart and is noexcept.
// expect: estate: a selection gives the start of a search, without exceptions; see selection.hpp
// lines-gcc-16+: 40 because GCC 16 shows each step to what a constraint lacks, with its place
// lines:  26 because compilers say which constraint failed, GCC with ten lines of who included whom
#include <estate/pool.hpp>

struct Highest {
    estate::SearchStart operator()(std::uint64_t) const noexcept { return {false, ~std::uint64_t{0}}; }
};
struct Number {
    std::uint64_t operator()(std::uint64_t) const noexcept { return ~std::uint64_t{0}; }
};

#if defined(ESTATE_ILLEGAL)
estate::IpPool<estate::V4, Number> pool;
#else
estate::IpPool<estate::V4, Highest> pool;
#endif
