// SPDX-License-Identifier: BSL-1.0
// rule:   a state and operation stand in one row of a table.
// remedy: remove one.
// expect: estate: a state and operation stand in two rows of the table; remove one
// lines-gcc-14+: 20 because GCC shows the line that asks for the proof
// lines:  8 because compilers trace a consteval call
#include <estate/lifecycle/proofs.hpp>

struct Shut {
    static constexpr const char* name = "Shut";
};
struct Open {
    static constexpr const char* name = "Open";
};
struct Gone {
    static constexpr const char* name = "Gone";
};
struct open {
    static constexpr const char* name = "open";
};
struct shut {
    static constexpr const char* name = "shut";
};
struct remove {
    static constexpr const char* name = "remove";
};
using estate::lifecycle::row, estate::lifecycle::table;

#if defined(ESTATE_ILLEGAL)
static_assert(estate::lifecycle::prove<table<row<Shut, open, Open, Shut>,  //
                                  row<Shut, open, Gone, Shut>,  //
                                  row<Open, shut, Shut, Gone>,  //
                                  row<Shut, remove, Gone, Gone>>,  //
                            Shut, Gone>());
#else
static_assert(estate::lifecycle::prove<table<row<Shut, open, Open, Shut>,    //
                                  row<Open, shut, Shut, Gone>,    //
                                  row<Shut, remove, Gone, Gone>>,  //
                            Shut, Gone>());
#endif
