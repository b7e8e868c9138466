// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/operation.hpp>
#include <estate/lifecycle/query.hpp>

namespace estate {

namespace detail {
template <class Operations, class Self>
struct members;
template <class... Operations, class Self>
struct members<list<Operations...>, Self> : operation<Operations, Self>... {
protected:
    ~members() = default;  // a part of Self, never an object
};
}  // namespace detail

/// What a class derives from to have exactly the members that Table lists for State:
///
///     template <class State>
///     class Door : public members_of<door_table, State, Door<State>> { ... };
///
/// An operation that the table does not list is not a member: the compiler says so in one short error,
/// and a template can ask by `requires`.
template <class Table, class State, class Self>
using members_of = detail::members<operations_of<Table, State>, Self>;

}  // namespace estate
