// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

/// A list of types; never an object.
template <class... Ts>
struct list {
    template <class... Us>
    constexpr list<Ts..., Us...> operator+(list<Us...>) const noexcept {
        return {};
    }
};

/// One line of a lifecycle table: Operation takes an object from State to Next; when it fails, Left is
/// what the caller still has. Yield is the state of a further object that success gives, if it does.
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

/// The state that a failure leaves is known at run time only.
template <class... States>
struct either {};

}  // namespace estate
