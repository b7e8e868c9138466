// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <boost/hana/fold_left.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <cstddef>
#include <estate/lifecycle/written.hpp>

// A lifecycle table as values: what proofs and diagrams walk. Programs that only use sockets do not include it.

namespace estate::lifecycle {

namespace machinery {

namespace hana = boost::hana;

template <class Table>
struct flatten;
template <class... Lines>
struct flatten<table<Lines...>> {
    using type = decltype((list<>{} + ... + typename Lines::rows{}));
};
/// Every row of the table, written out.
template <class Table>
using rows_of = typename flatten<written_out<Table>>::type;

template <class Line>
inline constexpr list<> overload_in{};
template <class State, class Operation, class Next, class Left>
inline constexpr list<row<State, Operation, Next, Left>> overload_in<overload<State, Operation, Next, Left>>{};
template <class Fact, class Line>
inline constexpr auto overload_in<under<Fact, Line>> = overload_in<Line>;
template <class Table>
struct overloads;
template <class... Lines>
struct overloads<table<Lines...>> {
    using type = decltype((list<>{} + ... + std::remove_const_t<decltype(overload_in<Lines>)>{}));
};
/// The further forms of operations.
template <class Table>
using overloads_of = typename overloads<written_out<Table>>::type;

template <class... Rows>
constexpr auto rows_as_types(list<Rows...>) {
    return hana::tuple_t<Rows...>;
}

/// The states of this lifecycle that a place names.
template <class Place>
struct states_named {
    static constexpr auto value = hana::tuple_t<Place>;
};
template <>
struct states_named<void> {
    static constexpr auto value = hana::tuple_t<>;
};
template <>
struct states_named<never> {
    static constexpr auto value = hana::tuple_t<>;
};
template <class... States>
struct states_named<either<States...>> {
    static constexpr auto value = hana::tuple_t<States...>;
};
template <class Fact, class State>
struct states_named<with<Fact, State>> {
    static constexpr auto value = hana::tuple_t<State>;
};
template <class Life, class State>
struct states_named<into<Life, State>> {
    static constexpr auto value = hana::tuple_t<>;
};

template <class Place>
inline constexpr const char* fact_named = nullptr;
template <class Fact, class State>
inline constexpr const char* fact_named<with<Fact, State>> = Fact::name;

/// Hana's contains() and append() would take most of the time of compiling what walks a table.
struct AddOnce {
    template <class... Known, class Item>
    constexpr auto operator()(hana::tuple<Known...>, Item) const {
        if constexpr ((std::is_same_v<typename Known::type, typename Item::type> || ...)) {
            return hana::tuple<Known...>{};
        } else {
            return hana::tuple<Known..., Item>{};
        }
    }
};
inline constexpr AddOnce add_once{};

}  // namespace machinery

/// The rows of Table as a Hana tuple of types, with keeps, yields, when and every written out.
template <class Table>
inline constexpr auto rows = machinery::rows_as_types(machinery::rows_of<Table>{});

/// The states of Table as a Hana tuple of types, in the order in which the table first names them.
template <class Table>
inline constexpr auto states = boost::hana::fold_left(rows<Table>, boost::hana::tuple_t<>, [](auto known, auto row) {
    using Row = typename decltype(row)::type;
    using machinery::add_once, machinery::states_named;
    const auto next = boost::hana::fold_left(states_named<typename Row::next>::value,
                                             add_once(known, boost::hana::type_c<typename Row::state>), add_once);
    const auto left = boost::hana::fold_left(states_named<typename Row::left>::value, next, add_once);
    return boost::hana::fold_left(states_named<typename Row::yield>::value, left, add_once);
});

/// An arrow of the lifecycle, between positions in states<Table>. A bridge leads into another lifecycle: its `to` is
/// its `from`, and `place` names where it goes.
struct Edge {
    enum class Kind { success, failure, yield, bridge };
    std::size_t from;
    std::size_t to;
    Kind kind;
    std::size_t row;
    const char* operation;
    const char* fact;        ///< what else the arrow changes; nullptr: nothing
    const char* life;        ///< of a bridge: the other lifecycle, and its state
    const char* place;
    bool is_yielded;         ///< of a bridge: what goes there is a further object
    bool arrives;            ///< of a bridge: the other lifecycle has that state
    bool is_overload;        ///< it is a further form of an operation that has a row
};

namespace machinery {

template <class State, class... All>
constexpr std::size_t position_in(hana::tuple<All...>) {
    std::size_t position = 0;
    (void)((std::is_same_v<State, typename All::type> || (++position, false)) || ...);
    return position;
}

template <class Place>
inline constexpr std::size_t count_of = decltype(hana::length(states_named<Place>::value))::value;
template <class Life, class State>
inline constexpr std::size_t count_of<into<Life, State>> = 1;

template <class... Rows>
constexpr std::size_t count_edges(list<Rows...>) {
    return (std::size_t{0} + ... +
            (count_of<typename Rows::next> + count_of<typename Rows::left> + count_of<typename Rows::yield>));
}

template <class Place>
struct bridge_to {
    static constexpr bool value = false;
};
template <class Life, class State>
struct bridge_to<into<Life, State>> {
    static constexpr bool value = true;
    static constexpr const char* life = Life::name;
    static constexpr const char* place = State::name;
    static constexpr bool arrives() {
        using Table = typename Life::table;
        return position_in<State>(states<Table>) < decltype(hana::length(states<Table>))::value;
    }
};

/// An arrow for each state that Place names.
template <class Table, class Row, class Place, class Edges>
constexpr void add_edge(Edges& edges, std::size_t& count, Edge::Kind kind, std::size_t row_number, bool is_overload) {
    const std::size_t from = position_in<typename Row::state>(states<Table>);
    if constexpr (bridge_to<Place>::value) {
        edges[count++] = {from, from, Edge::Kind::bridge, row_number, Row::operation::name, nullptr,
                          bridge_to<Place>::life, bridge_to<Place>::place, kind == Edge::Kind::yield,
                          bridge_to<Place>::arrives(), is_overload};
    } else {
        [&]<class... Targets>(hana::tuple<Targets...>) {
            ((edges[count++] = {from, position_in<typename Targets::type>(states<Table>), kind, row_number,
                                Row::operation::name, fact_named<Place>, nullptr, nullptr, false, false, is_overload}),
             ...);
        }(states_named<Place>::value);
    }
}
template <class Table, class... Rows, class Edges>
constexpr void add_edges(list<Rows...>, Edges& edges, std::size_t& count, bool are_overloads) {
    [[maybe_unused]] std::size_t number = 0;
    [[maybe_unused]] const auto add = [&]<class Row>(std::type_identity<Row>) {
        add_edge<Table, Row, typename Row::next>(edges, count, Edge::Kind::success, number, are_overloads);
        add_edge<Table, Row, typename Row::left>(edges, count, Edge::Kind::failure, number, are_overloads);
        add_edge<Table, Row, typename Row::yield>(edges, count, Edge::Kind::yield, number, are_overloads);
        ++number;
    };
    (add(std::type_identity<Rows>()), ...);
}

template <class Table>
constexpr auto make_edges() {
    std::array<Edge, count_edges(rows_of<Table>{}) + count_edges(overloads_of<Table>{})> edges{};
    std::size_t count = 0;
    add_edges<Table>(rows_of<Table>{}, edges, count, false);
    add_edges<Table>(overloads_of<Table>{}, edges, count, true);
    return edges;
}

template <class... States>
constexpr std::array<const char*, sizeof...(States)> names_of(hana::tuple<States...>) {
    return {States::type::name...};
}

}  // namespace machinery

/// Every arrow of Table, row by row; the overloads after them.
template <class Table>
inline constexpr auto edges = machinery::make_edges<Table>();

/// The names of states<Table>, in the same order.
template <class Table>
inline constexpr auto state_names = machinery::names_of(states<Table>);

/// Where State stands in states<Table>; its length when it does not.
template <class Table, class State>
inline constexpr std::size_t state_position = machinery::position_in<State>(states<Table>);

namespace machinery {
template <class Line>
struct drop_texts {
    template <class Visit>
    static constexpr void each(Visit) {}
    template <class Visit>
    static constexpr void state(Visit) {}
};
template <class State, class... Effects>
struct drop_texts<drops<State, Effects...>> {
    template <class Visit>
    static constexpr void each(Visit visit) {
        (visit(hana::type_c<State>, hana::type_c<Effects>), ...);
    }
    template <class Visit>
    static constexpr void state(Visit visit) {
        visit(hana::type_c<State>);
    }
};
template <class Fact, class Line>
struct drop_texts<under<Fact, Line>> : drop_texts<Line> {};
template <class... Lines, class Visit>
constexpr void each_drop(table<Lines...>*, Visit visit) {
    (drop_texts<Lines>::each(visit), ...);
}
template <class... Lines, class Visit>
constexpr void each_dropped_state(table<Lines...>*, Visit visit) {
    (drop_texts<Lines>::state(visit), ...);
}
}  // namespace machinery

/// Calls visit(hana::type_c<State>, hana::type_c<Effect>) for each effect that dropping an object has, as the lines
/// drops<> of Table say. given<Table, Facts...> shows those of some objects, Table those of all.
template <class Table, class Visit>
constexpr void for_each_drop(Visit visit) {
    machinery::each_drop(static_cast<written_out<Table>*>(nullptr), visit);
}

}  // namespace estate::lifecycle
