// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/query.hpp>

namespace estate::lifecycle {

namespace machinery {

/// A line of when<Fact, ...> in a table that keeps them all.
template <class Fact, class Line>
struct under : Line {};

template <class State, class... Operations>
list<keeps<State, Operations...>> keep_all(list<Operations...>);
template <class... Operations>
list<everywhere<Operations...>> keep_everywhere(list<Operations...>);

// What is left of a line: a list of lines without `when`, and without the operations that are absent.
template <class Line, class Absent, class Facts>
struct given_line {
    using type = list<Line>;
};
template <class State, class Operation, class Next, class Left, class Yield, class Absent, class Facts>
struct given_line<row<State, Operation, Next, Left, Yield>, Absent, Facts> {
    using type =
        std::conditional_t<contains<Absent, Operation>, list<>, list<row<State, Operation, Next, Left, Yield>>>;
};
template <class State, class Operation, class Yield, class Absent, class Facts>
struct given_line<yields<State, Operation, Yield>, Absent, Facts> {
    using type = std::conditional_t<contains<Absent, Operation>, list<>, list<yields<State, Operation, Yield>>>;
};
template <class State, class... Operations, class Absent, class Facts>
struct given_line<keeps<State, Operations...>, Absent, Facts> {
    using type = decltype(keep_all<State>(typename present<list<Operations...>, Absent>::type{}));
};
template <class Operation, class Next, class Left, class Absent, class Facts>
struct given_line<every<Operation, Next, Left>, Absent, Facts> {
    using type = std::conditional_t<contains<Absent, Operation>, list<>, list<every<Operation, Next, Left>>>;
};
template <class... Operations, class Absent, class Facts>
struct given_line<everywhere<Operations...>, Absent, Facts> {
    using type = decltype(keep_everywhere(typename present<list<Operations...>, Absent>::type{}));
};
template <class State, class Operation, class Next, class Left, class Absent, class Facts>
struct given_line<overload<State, Operation, Next, Left>, Absent, Facts> {
    using type = std::conditional_t<contains<Absent, Operation>, list<>, list<overload<State, Operation, Next, Left>>>;
};
template <bool Holds, class Absent, class Facts, class... Lines>
struct given_lines {
    using type = list<>;
};
template <class Absent, class Facts, class... Lines>
struct given_lines<true, Absent, Facts, Lines...> {
    using type = decltype((list<>{} + ... + typename given_line<Lines, Absent, Facts>::type{}));
};
template <class Fact, class... Lines, class Absent, class Facts>
struct given_line<when<Fact, Lines...>, Absent, Facts>
    : given_lines<is_true<Facts, Fact>, Absent, Facts, Lines...> {};

/// Every line stays, and remembers what it depends on.
template <class Fact, class Lines>
struct all_under;
template <class Fact, class... Lines>
struct all_under<Fact, list<Lines...>> {
    using type = list<under<Fact, Lines>...>;
};
template <class Fact, class... Lines, class Absent>
struct given_line<when<Fact, Lines...>, Absent, any_fact>
    : all_under<Fact, typename given_lines<true, Absent, any_fact, Lines...>::type> {};

/// The states that a line names.
template <class Line>
struct named {
    using type = std::conditional_t<std::is_void_v<typename Line::state>, list<>, list<typename Line::state>>;
};
template <class Fact, class... Lines>
struct named<when<Fact, Lines...>> {
    using type = decltype((list<>{} + ... + typename named<Lines>::type{}));
};

/// The live states, in the order in which the lines first name them.
template <class... Lines>
struct live {
    template <class... States>
    static typename decltype((unique_types<list<>>{} | ... | std::type_identity<States>{}))::type once(list<States...>);
    template <class... States>
    static auto only(list<States...>)
        -> decltype((list<>{} + ... + std::conditional_t<is_live<States, Lines...>, list<States>, list<>>{}));
    using states = decltype(only(once((list<>{} + ... + typename named<Lines>::type{}))));
};

// The lines that speak of every live state, written out.
template <class Line, class Live>
struct spread_line {
    using type = list<Line>;
};
template <class Operation, class Next, class Left, class... States>
struct spread_line<every<Operation, Next, Left>, list<States...>> {
    using type = list<row<States, Operation, Next, Left>...>;
};
template <class... Operations, class... States>
struct spread_line<everywhere<Operations...>, list<States...>> {
    using type = list<keeps<States, Operations...>...>;
};
template <class... Effects, class... States>
struct spread_line<drops<anywhere, Effects...>, list<States...>> {
    using type = list<drops<States, Effects...>...>;
};
template <class Fact, class Line, class Live>
struct spread_line<under<Fact, Line>, Live> : all_under<Fact, typename spread_line<Line, Live>::type> {};

template <class... Lines>
table<Lines...> table_of(list<Lines...>);

template <class Lines, class Live>
struct spread;
template <class... Lines, class Live>
struct spread<list<Lines...>, Live> {
    using type = decltype(table_of((list<>{} + ... + typename spread_line<Lines, Live>::type{})));
};

template <class View>
struct written;
template <class... Lines, class Absent, class Facts>
struct written<view<table<Lines...>, Absent, Facts>>
    : spread<typename given_lines<true, Absent, Facts, Lines...>::type, typename live<Lines...>::states> {};

}  // namespace machinery

/// The table of a View with `when` answered and what holds in every live state written out, a row a state: what
/// pictures and proofs walk. Sockets are not made of it, since it costs more to compile than to ask.
template <class View>
using written_out = typename machinery::written<machinery::as_view<View>>::type;

}  // namespace estate::lifecycle
