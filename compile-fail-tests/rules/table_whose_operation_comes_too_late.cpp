// SPDX-License-Identifier: BSL-1.0
// rule:   an operation of one's own is written before its class is used.
// remedy: first the class, then its operations, then what uses them.
// expect-gcc: invalid use of incomplete type 'struct estate::operation<
// expect-clang: implicit instantiation of undefined template 'estate::operation<
// lines-gcc-14+: 18 because GCC shows the line that asks for the proof
// lines:  14 because the fault shows inside members_of
#include <estate/lifecycle/members.hpp>

struct Shut;
struct Gone;
struct take_off;
using door_table = estate::table<estate::row<Shut, take_off, Gone, Shut>>;

template <class State>
class Door : public estate::members_of<door_table, State, Door<State>> {};

#if defined(ESTATE_ILLEGAL)
Door<Shut> door;

template <class State>
struct estate::operation<take_off, Door<State>> {
    void take_off() && {}
};
#else
template <class State>
struct estate::operation<take_off, Door<State>> {
    void take_off() && {}
};

Door<Shut> door;
#endif
