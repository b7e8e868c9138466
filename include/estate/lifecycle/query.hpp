// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/hana/fwd/tuple.hpp>
#include <estate/lifecycle/row.hpp>
#include <type_traits>

namespace estate {

/// A lifecycle table: one row, keeps or yields a line.
template <class... Rows>
using table = boost::hana::tuple<Rows...>;

namespace detail {

// A class that derives from every row finds one by overload resolution: no recursion over the table.
template <class Table>
struct row_set;
template <class... Lines>
struct row_set<boost::hana::tuple<Lines...>> : Lines... {};

template <class State, class Op, class Next, class Left, class Yield>
row<State, Op, Next, Left, Yield> find_row(const row<State, Op, Next, Left, Yield>*);
template <class State, class Op>
void find_row(...);

template <class Table, class State, class Op>
using found_row = decltype(find_row<State, Op>(static_cast<const row_set<Table>*>(nullptr)));

template <class State, class Line>
using operations_if_of =
    std::conditional_t<std::is_same_v<State, typename Line::state>, typename Line::operations, list<>>;

template <class Table, class State>
struct filter;
template <class... Lines, class State>
struct filter<boost::hana::tuple<Lines...>, State> {
    using type = decltype((list<>{} + ... + operations_if_of<State, Lines>{}));
};

}  // namespace detail

/// Is Op legal in State?
template <class Table, class State, class Op>
inline constexpr bool allows = !std::is_void_v<detail::found_row<Table, State, Op>>;

/// The state after Op succeeded.
template <class Table, class State, class Op>
using next = typename detail::found_row<Table, State, Op>::next;

/// The state after Op failed; either<...> where only the run knows.
template <class Table, class State, class Op>
using left = typename detail::found_row<Table, State, Op>::left;

/// list<...> of the operations that are legal in State, in the order of the table.
template <class Table, class State>
using operations_of = typename detail::filter<Table, State>::type;

}  // namespace estate
