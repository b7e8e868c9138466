// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/given.hpp>

// What a table answers, or a view of it (given.hpp).

namespace estate::lifecycle {

namespace machinery {

template <class Line, class State>
inline constexpr bool ends_in = false;
template <class... States, class State>
inline constexpr bool ends_in<ends<States...>, State> = (std::is_same_v<States, State> || ...);

template <class Line, class State>
inline constexpr bool names_state = std::is_same_v<typename Line::state, State>;
template <class Fact, class... Lines, class State>
inline constexpr bool names_state<when<Fact, Lines...>, State> = (names_state<Lines, State> || ...);

/// A line of the table gives State an operation, under whatever fact, and none says that life ends there.
template <class State, class... Lines>
inline constexpr bool is_live = (names_state<Lines, State> || ...) && !(ends_in<Lines, State> || ...);

// The operations that a line gives to a state.
template <class Line, class State, bool Live, class Facts>
struct line_operations {
    using type = std::conditional_t<std::is_same_v<State, typename Line::state>, typename Line::operations, list<>>;
};
template <class Operation, class Next, class Left, class State, bool Live, class Facts>
struct line_operations<every<Operation, Next, Left>, State, Live, Facts> {
    using type = std::conditional_t<Live, list<Operation>, list<>>;
};
template <class... Operations, class State, bool Live, class Facts>
struct line_operations<everywhere<Operations...>, State, Live, Facts> {
    using type = std::conditional_t<Live, list<Operations...>, list<>>;
};
template <class Fact, class... Lines, class State, bool Live, class Facts>
struct line_operations<when<Fact, Lines...>, State, Live, Facts> {
    template <bool Holds>
    static auto pick() {
        if constexpr (Holds) {
            return (list<>{} + ... + typename line_operations<Lines, State, Live, Facts>::type{});
        } else {
            return list<>{};
        }
    }
    using type = decltype(pick<is_true<Facts, Fact>>());
};

template <class Operations, class Absent>
struct present;
template <class... Operations>
struct present<list<Operations...>, list<>> {
    using type = list<Operations...>;
};
template <class... Operations, class First, class... Absent>
struct present<list<Operations...>, list<First, Absent...>> {
    using All = list<First, Absent...>;
    using type =
        decltype((list<>{} + ... + std::conditional_t<contains<All, Operations>, list<>, list<Operations>>{}));
};

template <class View, class State>
struct operations;
template <class... Lines, class Absent, class Facts, class State>
struct operations<view<table<Lines...>, Absent, Facts>, State> {
    static constexpr bool live = is_live<State, Lines...>;
    using type = typename present<
        decltype((list<>{} + ... + typename line_operations<Lines, State, live, Facts>::type{})), Absent>::type;
};

// A class that derives from every line finds a row by overload resolution: no recursion over the table.
template <class... Lines>
struct row_set : Lines... {};

template <class State, class Op, class Next, class Left, class Yield>
row<State, Op, Next, Left, Yield> find_row(const row<State, Op, Next, Left, Yield>*);
template <class State, class Op>
void find_row(...);

template <class State, class Op, class Next, class Left>
row<State, Op, Next, Left> find_every(const every<Op, Next, Left>*);
template <class State, class Op>
void find_every(...);

// The row of Op in State among Lines, as a list of at most one: a line's own, or one of every live state, or one
// that a line holds (row_in).
template <class State, class Op, class Facts, class... Lines>
constexpr auto row_among();

template <class Line, class State, class Op, class Facts>
inline constexpr list<> row_in{};
template <class... Operations, class State, class Op, class Facts>
    requires(std::is_same_v<Operations, Op> || ...)
inline constexpr list<row<State, Op, State, State>> row_in<everywhere<Operations...>, State, Op, Facts>{};
template <class Fact, class... Lines, class State, class Op, class Facts>
    requires is_true<Facts, Fact>
inline constexpr auto row_in<when<Fact, Lines...>, State, Op, Facts> = row_among<State, Op, Facts, Lines...>();

template <class State, class Op, class Facts, class... Lines>
constexpr auto row_among() {
    using Plain = decltype(find_row<State, Op>(static_cast<const row_set<Lines...>*>(nullptr)));
    using Every = decltype(find_every<State, Op>(static_cast<const row_set<Lines...>*>(nullptr)));
    if constexpr (!std::is_void_v<Plain>) {
        return list<Plain>{};
    } else if constexpr (!std::is_void_v<Every>) {
        return list<Every>{};
    } else {
        return (list<>{} + ... + std::remove_const_t<decltype(row_in<Lines, State, Op, Facts>)>{});
    }
}

template <class Rows>
struct only_row;
template <>
struct only_row<list<>> {
    using type = void;
};
template <class Row, class... Rest>
struct only_row<list<Row, Rest...>> {
    using type = Row;
};

template <class View, class State, class Op>
struct lookup;
template <class... Lines, class Absent, class Facts, class State, class Op>
struct lookup<view<table<Lines...>, Absent, Facts>, State, Op> {
    using row = typename only_row<decltype(row_among<State, Op, Facts, Lines...>())>::type;
};
template <class Table, class State, class Op>
using found_row = typename lookup<as_view<Table>, State, Op>::row;

template <class Line>
inline constexpr list<> found_by{};
template <class... States>
inline constexpr list<States...> found_by<finds<States...>>{};

template <class View>
struct found_states;
template <class... Lines, class Absent, class Facts>
struct found_states<view<table<Lines...>, Absent, Facts>> {
    using type = decltype((list<>{} + ... + std::remove_const_t<decltype(found_by<Lines>)>{}));
};

template <class State, class Row>
inline constexpr bool leaves_state = !std::is_same_v<typename Row::next, State> ||
                                     !(std::is_same_v<typename Row::left, State> ||
                                       std::is_same_v<typename Row::left, never>);

}  // namespace machinery

/// list<...> of the operations that are legal in State, in the order of the table.
template <class Table, class State>
using operations_of = typename machinery::operations<machinery::as_view<Table>, State>::type;

/// Is Op legal in State?
template <class Table, class State, class Op>
inline constexpr bool allows = machinery::contains<operations_of<Table, State>, Op>;

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

/// list<...> of the states in which a foreign object can be found.
template <class Table>
using found_in = typename machinery::found_states<machinery::as_view<Table>>::type;

}  // namespace estate::lifecycle
