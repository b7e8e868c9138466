// SPDX-License-Identifier: BSL-1.0
// rule:   an operation of one's own is written before its class is used.
// remedy: first the class, then its operations, then what uses them.
// expect-gcc: invalid use of incomplete type 'struct estate::lifecycle::operation<
// expect-clang: implicit instantiation of undefined template 'estate::lifecycle::operation<
// lines:  18 because the fault shows inside members
// lines-gcc-16+: 34 because the fault shows inside members, twice
// errors-gcc-16+: 2 because the base that is missing is missed once more by the constructor
#include <estate/lifecycle/members.hpp>

struct Shut;
struct Gone;
struct take_off;
using door_table = estate::lifecycle::table<estate::lifecycle::row<Shut, take_off, Gone, Shut>>;

template <class State>
class Door;
template <class State>
struct estate::lifecycle::object<Door<State>> : object_in<door_table, int, Door, State> {};

template <class State>
class Door : public estate::lifecycle::members<Door<State>> {};

#if defined(ESTATE_ILLEGAL)
Door<Shut> door;

template <class State>
struct estate::lifecycle::operation<take_off, Door<State>> : part<take_off, Door<State>> {
    void take_off() && {}
};
#else
template <class State>
struct estate::lifecycle::operation<take_off, Door<State>> : part<take_off, Door<State>> {
    void take_off() && {}
};

Door<Shut> door;
#endif
