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
template <class Row>
struct entry_of {
    using type = list<Row>;
};
template <class State, class... Operations>
struct entry_of<keeps<State, Operations...>> {
    using type = list<row<State, Operations, State, State>...>;
};
template <class State, class Operation, class Yield>
struct entry_of<yields<State, Operation, Yield>> {
    using type = list<row<State, Operation, State, State, Yield>>;
};

template <class Rows>
struct row_set;
template <class... Rows>
struct row_set<list<Rows...>> : Rows... {};

template <class Table>
struct flatten;
template <class... Rows>
struct flatten<boost::hana::tuple<Rows...>> {
    using type = decltype((list<>{} + ... + typename entry_of<Rows>::type{}));
};
/// The table with keeps and yields written out as rows.
template <class Table>
using rows_of = typename flatten<Table>::type;

template <class State, class Op, class Next, class Left, class Yield>
row<State, Op, Next, Left, Yield> find_row(const row<State, Op, Next, Left, Yield>*);
template <class State, class Op>
void find_row(...);

template <class Table, class State, class Op>
using found_row = decltype(find_row<State, Op>(static_cast<const row_set<rows_of<Table>>*>(nullptr)));

template <class State, class Row>
using operation_if_in = std::conditional_t<std::is_same_v<State, typename Row::state>, list<typename Row::operation>, list<>>;

template <class State, class Rows>
struct filter;
template <class State, class... Rows>
struct filter<State, list<Rows...>> {
    using type = decltype((list<>{} + ... + operation_if_in<State, Rows>{}));
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
using operations_of = typename detail::filter<State, detail::rows_of<Table>>::type;

}  // namespace estate
