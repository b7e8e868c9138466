// SPDX-License-Identifier: BSL-1.0
// rule:   a failure leaves one of the states that the row names.
// remedy: name the state in the row, or leave another one.
// expect: estate: the table does not leave this state when the operation fails; write it into the row
// lines:  14 because compilers trace the operation
#include <estate/lifecycle/members.hpp>
#include <estate/lifecycle/transition.hpp>

struct Shut;
struct Ajar;
struct Open;
struct push;
using estate::lifecycle::row, estate::lifecycle::either;
using door_table = estate::lifecycle::table<row<Shut, push, Open, either<Shut, Ajar>>>;

template <class State>
class Door;
template <class State>
struct estate::lifecycle::object<Door<State>> : object_in<door_table, int, Door, State> {};

template <class State>
class Door : public estate::lifecycle::members<Door<State>> {
public:
    explicit Door(int number) : body_(number) {}

private:
    friend estate::lifecycle::machine;
    int body_;
};

template <class State>
struct estate::lifecycle::operation<push, Door<State>> : part<push, Door<State>> {
    template <class Left>
    transition<push, Door<State>> fall() && {
        return fail_in<push, Left>(this->whole(), errc::stopped);
    }
};

#if defined(ESTATE_ILLEGAL)
void probe(Door<Shut> door) { (void)std::move(door).fall<Open>(); }
#else
void probe(Door<Shut> door) { (void)std::move(door).fall<Ajar>(); }
#endif
