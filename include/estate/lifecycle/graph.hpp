// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <boost/hana/append.hpp>
#include <boost/hana/contains.hpp>
#include <boost/hana/equal.hpp>
#include <boost/hana/fold_left.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <cstddef>
#include <estate/lifecycle/query.hpp>

// A lifecycle table as values: what proofs and diagrams walk. Programs that only use sockets do not
// include it.

namespace estate {

namespace detail {

namespace hana = boost::hana;

template <class Table>
struct flatten;
template <class... Lines>
struct flatten<hana::tuple<Lines...>> {
    using type = decltype((list<>{} + ... + typename Lines::rows{}));
};
/// The table with keeps and yields written out as rows.
template <class Table>
using rows_of = typename flatten<Table>::type;

template <class... Rows>
constexpr auto rows_as_types(list<Rows...>) {
    return hana::tuple_t<Rows...>;
}

template <class State>
struct states_named {
    static constexpr auto value = hana::tuple_t<State>;
};
template <>
struct states_named<void> {
    static constexpr auto value = hana::tuple_t<>;
};
template <class... States>
struct states_named<either<States...>> {
    static constexpr auto value = hana::tuple_t<States...>;
};

struct AddOnce {
    template <class Known, class Item>
    constexpr auto operator()(Known known, Item item) const {
        if constexpr (decltype(hana::contains(known, item))::value) {
            return known;
        } else {
            return hana::append(known, item);
        }
    }
};
inline constexpr AddOnce add_once{};

}  // namespace detail

/// The rows of Table as a Hana tuple of types, with keeps and yields written out.
template <class Table>
inline constexpr auto rows = detail::rows_as_types(detail::rows_of<Table>{});

/// The states of Table as a Hana tuple of types, in the order in which the table first names them.
template <class Table>
inline constexpr auto states = boost::hana::fold_left(rows<Table>, boost::hana::tuple_t<>, [](auto known, auto row) {
    using Row = typename decltype(row)::type;
    using detail::add_once, detail::states_named;
    const auto next = boost::hana::fold_left(states_named<typename Row::next>::value,
                                             add_once(known, boost::hana::type_c<typename Row::state>), add_once);
    const auto left = boost::hana::fold_left(states_named<typename Row::left>::value, next, add_once);
    return boost::hana::fold_left(states_named<typename Row::yield>::value, left, add_once);
});

/// An arrow of the lifecycle, between positions in states<Table>.
struct Edge {
    enum class Kind { success, failure, yield };
    std::size_t from;
    std::size_t to;
    Kind kind;
    std::size_t row;
    const char* operation;
};

namespace detail {

template <class State, class... All>
constexpr std::size_t position_in(hana::tuple<All...>) {
    std::size_t position = 0;
    (void)((std::is_same_v<State, typename All::type> || (++position, false)) || ...);
    return position;
}

template <class Target>
inline constexpr std::size_t count_of = decltype(hana::length(states_named<Target>::value))::value;

template <class... Rows>
constexpr std::size_t count_edges(list<Rows...>) {
    return (std::size_t{0} + ... +
            (count_of<typename Rows::next> + count_of<typename Rows::left> + count_of<typename Rows::yield>));
}

template <class Table>
constexpr auto make_edges() {
    std::array<Edge, count_edges(rows_of<Table>{})> edges{};
    std::size_t count = 0;
    std::size_t row_number = 0;
    hana::for_each(rows<Table>, [&](auto row) {
        using Row = typename decltype(row)::type;
        const std::size_t from = position_in<typename Row::state>(states<Table>);
        const auto add = [&](auto targets, Edge::Kind kind) {
            hana::for_each(targets, [&](auto target) {
                edges[count++] = {from, position_in<typename decltype(target)::type>(states<Table>), kind,
                                  row_number, Row::operation::name};
            });
        };
        add(states_named<typename Row::next>::value, Edge::Kind::success);
        add(states_named<typename Row::left>::value, Edge::Kind::failure);
        add(states_named<typename Row::yield>::value, Edge::Kind::yield);
        ++row_number;
    });
    return edges;
}

template <class... States>
constexpr std::array<const char*, sizeof...(States)> names_of(hana::tuple<States...>) {
    return {States::type::name...};
}

}  // namespace detail

/// Every arrow of Table, row by row.
template <class Table>
inline constexpr auto edges = detail::make_edges<Table>();

/// The names of states<Table>, in the same order.
template <class Table>
inline constexpr auto state_names = detail::names_of(states<Table>);

/// Where State stands in states<Table>; its length when it does not.
template <class Table, class State>
inline constexpr std::size_t state_position = detail::position_in<State>(states<Table>);

}  // namespace estate
