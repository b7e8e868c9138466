// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/row.hpp>

namespace estate::lifecycle {

namespace machinery {

/// In place of a list of facts: all of them, as a picture of the whole table wants.
struct any_fact {};

template <class Facts, class Fact>
inline constexpr bool is_true = contains<Facts, Fact>;
template <class Fact>
inline constexpr bool is_true<any_fact, Fact> = true;

/// A table as some objects have it: less the operations in the list Absent, with the lines of the Facts that are true.
template <class Table, class Absent, class Facts>
struct view {};

template <class Table>
struct view_of {
    using type = view<Table, list<>, any_fact>;
};
template <class Table, class Absent, class Facts>
struct view_of<view<Table, Absent, Facts>> {
    using type = view<Table, Absent, Facts>;
};
template <class Table>
using as_view = typename view_of<Table>::type;

template <class View, class Facts>
struct with_facts;
template <class Table, class Absent, class Old, class Facts>
struct with_facts<view<Table, Absent, Old>, Facts> {
    using type = view<Table, Absent, Facts>;
};
template <class View, class Absent>
struct with_absent;
template <class Table, class Old, class Facts, class Absent>
struct with_absent<view<Table, Old, Facts>, Absent> {
    using type = view<Table, decltype(Old{} + Absent{}), Facts>;
};

}  // namespace machinery

/// Table as it is for an object of which Facts are true: lines of when<> count only if their fact is among them.
template <class Table, class... Facts>
using given = typename machinery::with_facts<machinery::as_view<Table>, list<Facts...>>::type;

/// Table less the operations in the list Absent, and less those that it lacked before: the lifecycle on a system that
/// has none of them.
template <class Table, class Absent>
using without = typename machinery::with_absent<machinery::as_view<Table>, Absent>::type;

}  // namespace estate::lifecycle
