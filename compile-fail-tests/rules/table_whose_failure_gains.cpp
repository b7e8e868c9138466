// SPDX-License-Identifier: BSL-1.0
// rule:   a failure stays, goes back on the way from the start, or ends.
// remedy: let the failure stay or end.
// expect: estate: a failure leads to a state that is not on the way from the start; let it stay, go back or end
// lines-gcc-14+: 18 because GCC shows the line that asks for the proof
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
static_assert(estate::lifecycle::prove<table<row<Shut, open, Open, Open>,  //
                                  row<Open, shut, Shut, Gone>,  //
                                  row<Shut, remove, Gone, Gone>>,  //
                            Shut, Gone>());
#else
static_assert(estate::lifecycle::prove<table<row<Shut, open, Open, Shut>,    //
                                  row<Open, shut, Shut, Gone>,    //
                                  row<Shut, remove, Gone, Gone>>,  //
                            Shut, Gone>());
#endif
