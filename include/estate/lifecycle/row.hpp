// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/hana/fwd/tuple.hpp>
#include <estate/lifecycle/list.hpp>

// The lines of a lifecycle table. doc/own_tables.md explains each with an example.

namespace estate::lifecycle {

/// A lifecycle table: one of the lines below after the other, in the order in which the object lives.
template <class... Lines>
using table = boost::hana::tuple<Lines...>;

/// In place of Left: the operation cannot fail.
struct never {};

/// In place of Left: which of these a failure leaves is known at run time only.
template <class... States>
struct either {};

/// In place of Next or Left: State, and a fact about the object changes as well (a hold, a mode).
template <class Fact, class State>
struct with {};

/// In place of Next: the object goes into State of another lifecycle. Life names that lifecycle: it has members
/// `table`, `start`, `end` and `name`.
template <class Life, class State>
struct into {};

/// Operation takes an object from State to Next; when it fails, Left is what the caller still has. Yield is the
/// state of a further object that success gives, if it gives one.
template <class State, class Operation, class Next, class Left, class Yield = void>
struct row {
    using state = State;
    using operation = Operation;
    using next = Next;
    using left = Left;
    using yield = Yield;

    using operations = list<Operation>;
    using rows = list<row>;
};

/// Operations that leave the state as it is, whether they succeed or fail.
template <class State, class... Operations>
struct keeps : row<State, Operations, State, State>... {
    using state = State;
    using operations = list<Operations...>;
    using rows = list<row<State, Operations, State, State>...>;
};

/// Operation leaves State as it is and yields a further object, in the state Yield.
template <class State, class Operation, class Yield>
struct yields : row<State, Operation, State, State, Yield> {};

namespace machinery {
/// A line that adds no operation to any state.
struct remark {
    using state = void;
    using operations = list<>;
    using rows = list<>;
};
}  // namespace machinery

/// Operation leads from every live state to Next. A state is live when another line gives it an operation and
/// ends<> does not list it.
template <class Operation, class Next, class Left = Next>
struct every : machinery::remark {};

/// Operations that leave every live state as it is.
template <class... Operations>
struct everywhere : machinery::remark {};

/// Lines for objects of which Fact is true. The class says which facts are true of it (object.hpp).
template <class Fact, class... Lines>
struct when : machinery::remark {};

/// A further form of an operation that State has already: an overload that leads elsewhere.
template <class State, class Operation, class Next, class Left>
struct overload : machinery::remark {};

/// The states in which an object's life is over.
template <class... States>
struct ends : machinery::remark {};

/// The states in which a foreign object can be found, when somebody else made it.
template <class... States>
struct finds : machinery::remark {};

/// In place of a state in drops<>: every live state.
struct anywhere {};

/// What the destructor does to an object in State. Each effect is a type with a `text`.
template <class State, class... Effects>
struct drops : machinery::remark {};

}  // namespace estate::lifecycle
