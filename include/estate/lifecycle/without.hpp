// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/query.hpp>

namespace estate {

namespace detail {

template <class Operation, class... Absent>
using operation_if_present = std::conditional_t<(std::is_same_v<Operation, Absent> || ...), list<>, list<Operation>>;

template <class State, class... Operations>
constexpr keeps<State, Operations...> keep_all(list<Operations...>);

template <class Line, class... Absent>
struct line_without;
template <class State, class Operation, class Next, class Left, class Yield, class... Absent>
struct line_without<row<State, Operation, Next, Left, Yield>, Absent...> {
    using type = std::conditional_t<(std::is_same_v<Operation, Absent> || ...), list<>,
                                    list<row<State, Operation, Next, Left, Yield>>>;
};
template <class State, class Operation, class Yield, class... Absent>
struct line_without<yields<State, Operation, Yield>, Absent...> {
    using type = std::conditional_t<(std::is_same_v<Operation, Absent> || ...), list<>,
                                    list<yields<State, Operation, Yield>>>;
};
template <class State, class... Operations, class... Absent>
struct line_without<keeps<State, Operations...>, Absent...> {
    using type =
        list<decltype(keep_all<State>((list<>{} + ... + operation_if_present<Operations, Absent...>{})))>;
};

template <class... Lines>
constexpr table<Lines...> table_of(list<Lines...>);

template <class Table, class Absent>
struct table_without;
template <class Table>
struct table_without<Table, list<>> {
    using type = Table;
};
template <class... Lines, class First, class... Absent>
struct table_without<boost::hana::tuple<Lines...>, list<First, Absent...>> {
    using type = decltype(table_of((list<>{} + ... + typename line_without<Lines, First, Absent...>::type{})));
};

}  // namespace detail

/// Table less the operations in the list Absent: what is left of a lifecycle on a system that lacks them.
template <class Table, class Absent>
using without = typename detail::table_without<Table, std::remove_const_t<Absent>>::type;

}  // namespace estate
