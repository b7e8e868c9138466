// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/given.hpp>

// What a table answers. Tables that have `when` or `every` lines are asked through given<> (given.hpp).

namespace estate::lifecycle {

namespace machinery {

// A class that derives from every line finds a row by overload resolution: no recursion over the table.
template <class Line>
inline constexpr bool has_rows = !std::is_same_v<typename Line::rows, list<>>;

template <class Rows>
struct row_set;
template <class... Rows>
struct row_set<list<Rows...>> : Rows... {};
template <class Table>
struct rows_of_table;
template <class... Lines>
struct rows_of_table<table<Lines...>> {
    using type = decltype((list<>{} + ... + std::conditional_t<has_rows<Lines>, list<Lines>, list<>>{}));
};

template <class State, class Op, class Next, class Left, class Yield>
row<State, Op, Next, Left, Yield> find_row(const row<State, Op, Next, Left, Yield>*);
template <class State, class Op>
void find_row(...);

template <class Table, class State, class Op>
using found_row =
    decltype(find_row<State, Op>(static_cast<const row_set<typename rows_of_table<Table>::type>*>(nullptr)));

template <class State, class Line>
using operations_if_of =
    std::conditional_t<std::is_same_v<State, typename Line::state>, typename Line::operations, list<>>;

template <class Table, class State>
struct filter;
template <class... Lines, class State>
struct filter<table<Lines...>, State> {
    using type = decltype((list<>{} + ... + operations_if_of<State, Lines>{}));
};

template <class Line>
inline constexpr list<> found_by{};
template <class... States>
inline constexpr list<States...> found_by<finds<States...>>{};
template <class Fact, class Line>
inline constexpr auto found_by<under<Fact, Line>> = found_by<Line>;

template <class Table>
struct found_states;
template <class... Lines>
struct found_states<table<Lines...>> {
    using type = decltype((list<>{} + ... + std::remove_const_t<decltype(found_by<Lines>)>{}));
};

template <class State, class Row>
inline constexpr bool leaves_state = !std::is_same_v<typename Row::next, State> ||
                                     !(std::is_same_v<typename Row::left, State> ||
                                       std::is_same_v<typename Row::left, never>);

}  // namespace machinery

/// Is Op legal in State?
template <class Table, class State, class Op>
inline constexpr bool allows = !std::is_void_v<machinery::found_row<Table, State, Op>>;

/// The state after Op on State succeeds. Pre  allows<Table, State, Op>.
template <class Table, class State, class Op>
using next = typename machinery::found_row<Table, State, Op>::next;

/// The state after Op on State fails: one, an either<...>, or never. Pre  allows<Table, State, Op>.
template <class Table, class State, class Op>
using left = typename machinery::found_row<Table, State, Op>::left;

/// The state of the further object that Op on State gives; void when it gives none.
/// Pre  allows<Table, State, Op>.
template <class Table, class State, class Op>
using yielded = typename machinery::found_row<Table, State, Op>::yield;

/// Can Op on State fail? Pre  allows<Table, State, Op>.
template <class Table, class State, class Op>
inline constexpr bool can_fail = !std::is_same_v<left<Table, State, Op>, never>;

/// Does Op on State take the object away, since its place changes? Pre  allows<Table, State, Op>.
template <class Table, class State, class Op>
inline constexpr bool consumes = machinery::leaves_state<State, machinery::found_row<Table, State, Op>>;

/// list<...> of the operations that are legal in State, in the order of the table.
template <class Table, class State>
using operations_of = typename machinery::filter<Table, State>::type;

/// list<...> of the states in which a foreign object can be found.
template <class Table>
using found_in = typename machinery::found_states<Table>::type;

}  // namespace estate::lifecycle
