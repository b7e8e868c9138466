// SPDX-License-Identifier: BSL-1.0
// rule:   a bridge leads into a state that the other lifecycle has.
// remedy: name one of its states.
// expect: estate: a bridge leads into a state that the other lifecycle does not have; name one of its states
// lines:  8 because compilers trace a consteval call
// lines-gcc-16+: 13 because the whole call is drawn, and the value of the proof
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
using estate::lifecycle::into, estate::lifecycle::never, estate::lifecycle::row, estate::lifecycle::table;

struct Cellar {
    using table = estate::lifecycle::table<row<Open, take_off, Gone, Gone>>;
    using start = Open;
    using end = Gone;
    static constexpr const char* name = "Cellar";
};

#if defined(ESTATE_ILLEGAL)
static_assert(estate::lifecycle::prove<table<row<Shut, open, into<Cellar, Shut>, never>,  //
                                             row<Shut, take_off, Gone, Gone>>,
                                       Shut, Gone>());
#else
static_assert(estate::lifecycle::prove<table<row<Shut, open, into<Cellar, Open>, never>,  //
                                             row<Shut, take_off, Gone, Gone>>,
                                       Shut, Gone>());
#endif
