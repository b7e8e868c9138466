// SPDX-License-Identifier: BSL-1.0
// rule:   a table that says what dropping does says it for every live state.
// remedy: add a drops line for the state.
// expect: estate: the table does not say what dropping an object does in one of its states; add a drops line
// lines:  8 because compilers trace a consteval call
// lines-gcc-16+: 15 because the whole call is drawn, and the value of the proof
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
struct take_off {
    static constexpr const char* name = "take_off";
};
struct slams {
    static constexpr const char* text = "slams the door";
};
using estate::lifecycle::drops, estate::lifecycle::row, estate::lifecycle::table;

#if defined(ESTATE_ILLEGAL)
static_assert(estate::lifecycle::prove<table<row<Shut, open, Open, Shut>,   //
                                             row<Open, take_off, Gone, Gone>,  //
                                             drops<Open, slams>>,
                                       Shut, Gone>());
#else
static_assert(estate::lifecycle::prove<table<row<Shut, open, Open, Shut>,    //
                                             row<Open, take_off, Gone, Gone>,  //
                                             drops<Open, slams>, drops<Shut>>,
                                       Shut, Gone>());
#endif
