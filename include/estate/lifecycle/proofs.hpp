// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/graph.hpp>
#include <string_view>

// What a lifecycle table must promise, proved while compiling; for tables of one's own as well:
//
//     static_assert(estate::prove<door_table, Shut, Gone>());

namespace estate {

/// No operation stands in two rows of one state. Operations are told apart by name, as readers do.
template <class Table>
inline constexpr bool rows_are_unique = [] {
    for (const Edge& one : edges<Table>) {
        for (const Edge& other : edges<Table>) {
            if (&one != &other && one.from == other.from && one.row != other.row &&
                std::string_view(one.operation) == other.operation) {
                return false;
            }
        }
    }
    return true;
}();

namespace detail {

inline constexpr std::size_t unreachable = static_cast<std::size_t>(-1);

/// How many steps each state is away from the state at start. Arrows are followed backwards, or along
/// failures too, where asked.
template <class Table>
constexpr auto distances(std::size_t start, bool with_failures, bool backwards = false) {
    std::array<std::size_t, state_names<Table>.size()> steps{};
    for (auto& each : steps) each = unreachable;
    if (start < steps.size()) steps[start] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (const Edge& edge : edges<Table>) {
            const auto near = steps[backwards ? edge.to : edge.from];
            auto& far = steps[backwards ? edge.from : edge.to];
            if (near == unreachable || near + 1 >= far || (edge.kind == Edge::Kind::failure && !with_failures))
                continue;
            far = near + 1;
            changed = true;
        }
    }
    return steps;
}

}  // namespace detail

/// Every state can be reached from Start.
template <class Table, class Start>
inline constexpr bool every_state_is_reachable = [] {
    for (const auto steps : detail::distances<Table>(state_position<Table, Start>, true)) {
        if (steps == detail::unreachable) return false;
    }
    return true;
}();

/// From every state that still has an operation, a success leads to End; an object never gets stuck.
template <class Table, class End>
inline constexpr bool every_state_can_end = [] {
    constexpr auto steps = detail::distances<Table>(state_position<Table, End>, false, true);
    for (const Edge& edge : edges<Table>) {
        if (steps[edge.from] == detail::unreachable) return false;
    }
    return true;
}();

/// A failure never gets ahead: it leaves the state, or End, or one on the way from Start.
template <class Table, class Start, class End>
inline constexpr bool failure_gains_nothing = [] {
    constexpr auto steps = detail::distances<Table>(state_position<Table, Start>, false);
    for (const Edge& edge : edges<Table>) {
        if (edge.kind != Edge::Kind::failure || edge.to == state_position<Table, End>) continue;
        if (edge.to != edge.from && steps[edge.to] >= steps[edge.from]) return false;
        if (detail::distances<Table>(edge.to, false)[edge.from] == detail::unreachable) return false;
    }
    return true;
}();

/// All of them; the first that fails is named by the compiler.
template <class Table, class Start, class End>
consteval bool prove() {
    static_assert(rows_are_unique<Table>,
                  "estate: a state and operation stand in two rows of the table; remove one");
    static_assert(every_state_is_reachable<Table, Start>,
                  "estate: a state of the table cannot be reached from its start; add a row that leads there");
    static_assert(every_state_can_end<Table, End>,
                  "estate: a state of the table cannot reach the end; add a row that closes it");
    static_assert(failure_gains_nothing<Table, Start, End>,
                  "estate: a failure leads to a state that is not on the way from the start; let it stay, go back "
                  "or end");
    return true;
}

}  // namespace estate
