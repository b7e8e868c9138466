// SPDX-License-Identifier: BSL-1.0
// rule:   a state ends by steps of its own; what it yields is another object.
// remedy: add a row that closes it.
// expect: estate: a state of the table cannot reach the end; add a row that closes it
// lines:  8 because compilers trace a consteval call
// lines-gcc-16+: 13 because the whole call is drawn, and the value of the proof
#include <estate/lifecycle/proofs.hpp>

struct Source {
    static constexpr const char* name = "Source";
};
struct Item {
    static constexpr const char* name = "Item";
};
struct Gone {
    static constexpr const char* name = "Gone";
};
struct make {
    static constexpr const char* name = "make";
};
struct end {
    static constexpr const char* name = "end";
};
using estate::lifecycle::row, estate::lifecycle::table, estate::lifecycle::yields;

#if defined(ESTATE_ILLEGAL)
static_assert(estate::lifecycle::prove<table<yields<Source, make, Item>,  //
                                             row<Item, end, Gone, Gone>>,
                                       Source, Gone>());
#else
static_assert(estate::lifecycle::prove<table<yields<Source, make, Item>,    //
                                             row<Source, end, Gone, Gone>,  //
                                             row<Item, end, Gone, Gone>>,
                                       Source, Gone>());
#endif
