// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/graph.hpp>
#include <string_view>

// What a lifecycle table must promise, proved while compiling; for tables of one's own as well:
//
//     static_assert(estate::lifecycle::prove<door_table, Shut, Gone>());

namespace estate::lifecycle {

/// No operation stands in two rows of one state. Operations are distinguished by name, as readers do.
template <class Table>
inline constexpr bool rows_are_unique = [] {
    for (const Edge& one : edges<Table>) {
        for (const Edge& other : edges<Table>) {
            if (&one != &other && one.from == other.from && one.row != other.row && !one.is_overload &&
                !other.is_overload &&
                std::string_view(one.operation) == other.operation) {
                return false;
            }
        }
    }
    return true;
}();

namespace machinery {

inline constexpr std::size_t unreachable = static_cast<std::size_t>(-1);

/// Which arrows a walk follows besides those of success.
struct Along {
    bool failures = false;
    bool yields = true;
    bool backwards = false;  // from the arrow's end to its start
};

/// Whether an object can end from State of Life without coming back into one of the tables in the list Seen: two
/// lifecycles may lead into each other.
template <class Life, class State, class Seen>
constexpr bool can_end_from();

/// A way out of a lifecycle: a bridge into one that can end from there.
template <class Place, class Seen>
inline constexpr bool is_way_out = false;
template <class Life, class State, class Seen>
inline constexpr bool is_way_out<into<Life, State>, Seen> = can_end_from<Life, State, Seen>();

template <class Table, class Seen, class Steps, class... Rows>
constexpr void count_ways_out(Steps& steps, list<Rows...>) {
    const auto count = [&](std::size_t state, bool is_out) {
        if (is_out && steps[state] > 1) steps[state] = 1;
    };
    (count(state_position<Table, typename Rows::state>,
           is_way_out<typename Rows::next, Seen> || is_way_out<typename Rows::left, Seen>), ...);
}

/// How many steps each state is away from the state at start. Seen from the end, a way out is one step from an end.
template <class Table, class Seen = list<Table>>
constexpr auto distances(std::size_t start, Along along) {
    std::array<std::size_t, state_names<Table>.size()> steps{};
    for (auto& each : steps) each = unreachable;
    if (start < steps.size()) steps[start] = 0;
    if (along.backwards) count_ways_out<Table, Seen>(steps, rows_of<Table>{} + overloads_of<Table>{});
    for (bool changed = true; changed;) {
        changed = false;
        for (const Edge& edge : edges<Table>) {
            if (edge.kind == Edge::Kind::bridge) continue;
            const auto near = steps[along.backwards ? edge.to : edge.from];
            auto& far = steps[along.backwards ? edge.from : edge.to];
            if (near == unreachable || near + 1 >= far || (edge.kind == Edge::Kind::failure && !along.failures) ||
                (edge.kind == Edge::Kind::yield && !along.yields)) {
                continue;
            }
            far = near + 1;
            changed = true;
        }
    }
    return steps;
}

/// All arrows of the state are bridges, and there is one.
template <class Table>
constexpr bool only_leads_out(std::size_t state) {
    std::size_t bridges = 0;
    for (const Edge& edge : edges<Table>) {
        if (edge.from != state) continue;
        if (edge.kind != Edge::Kind::bridge) return false;
        ++bridges;
    }
    return bridges > 0;
}

/// No success from the fault leads further from the start than `farthest` steps.
template <class Table, class Steps>
constexpr bool recovers_to(std::size_t fault, std::size_t farthest, const Steps& steps, std::size_t end) {
    for (const Edge& edge : edges<Table>) {
        if (edge.from != fault || edge.kind == Edge::Kind::failure || edge.to == fault || edge.to == end) continue;
        if (steps[edge.to] == unreachable || steps[edge.to] > farthest) return false;
    }
    return true;
}

}  // namespace machinery

/// Every state can be reached from Start.
template <class Table, class Start>
inline constexpr bool every_state_is_reachable = [] {
    for (const auto steps : machinery::distances<Table>(state_position<Table, Start>, {.failures = true})) {
        if (steps == machinery::unreachable) return false;
    }
    return true;
}();

/// From every state that still has an operation, the object's own successes lead to End, here or in the lifecycle that
/// a bridge leads into: it never gets stuck. What a state yields is another object, which ends for itself.
template <class Table, class End>
inline constexpr bool every_state_can_end = [] {
    constexpr auto steps =
        machinery::distances<Table>(state_position<Table, End>, {.yields = false, .backwards = true});
    for (const Edge& edge : edges<Table>) {
        if (steps[edge.from] == machinery::unreachable) return false;
    }
    return true;
}();

/// A failure never reaches a state with more rights: it leaves the object where it was, in End, in a state on the way
/// from Start, in one that only gives up what the object was made of (all its arrows are bridges), or in a fault: a
/// state that only failures lead to, and that leads back to no more than there was.
template <class Table, class Start, class End>
inline constexpr bool failure_gains_nothing = [] {
    constexpr auto steps = machinery::distances<Table>(state_position<Table, Start>, {});
    for (const Edge& edge : edges<Table>) {
        if (edge.kind != Edge::Kind::failure || edge.to == state_position<Table, End>) continue;
        if (machinery::only_leads_out<Table>(edge.to)) continue;
        if (steps[edge.to] == machinery::unreachable) {
            constexpr std::size_t end = state_position<Table, End>;
            if (!machinery::recovers_to<Table>(edge.to, steps[edge.from], steps, end)) return false;
            continue;
        }
        if (edge.to != edge.from && steps[edge.to] >= steps[edge.from]) return false;
        if (machinery::distances<Table>(edge.to, {})[edge.from] == machinery::unreachable) return false;
    }
    return true;
}();

/// Dropping an object is described in every live state, where the table describes it in any.
template <class Table, class End>
inline constexpr bool every_drop_is_described = [] {
    std::array<bool, state_names<Table>.size() + 1> described{};
    bool any = false;
    machinery::each_dropped_state(static_cast<written_out<Table>*>(nullptr), [&](auto state) {
        described[state_position<Table, typename decltype(state)::type>] = true;
        any = true;
    });
    for (const Edge& edge : edges<Table>) {
        if (any && !described[edge.from] && edge.from != state_position<Table, End>) return false;
    }
    return true;
}();

/// Every bridge leads into a state that the other lifecycle has.
template <class Table>
inline constexpr bool every_bridge_arrives = [] {
    for (const Edge& edge : edges<Table>) {
        if (edge.kind == Edge::Kind::bridge && !edge.arrives) return false;
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
    static_assert(every_bridge_arrives<Table>,
                  "estate: a bridge leads into a state that the other lifecycle does not have; name one of its states");
    static_assert(every_state_can_end<Table, End>,
                  "estate: a state of the table cannot reach the end; add a row that closes it");
    static_assert(failure_gains_nothing<Table, Start, End>,
                  "estate: a failure leads to a state that is not on the way from the start; let it stay, go back "
                  "or end");
    static_assert(every_drop_is_described<Table, End>,
                  "estate: the table does not say what dropping an object does in one of its states; add a drops line");
    return true;
}

namespace machinery {
template <class Life, class State, class Seen>
constexpr bool can_end_from() {
    using Table = typename Life::table;
    constexpr std::size_t at = state_position<Table, State>;
    if constexpr (contains<Seen, Table> || at >= state_names<Table>.size()) {
        return false;
    } else {
        constexpr auto steps = distances<Table, decltype(Seen{} + list<Table>{})>(
            state_position<Table, typename Life::end>, {.yields = false, .backwards = true});
        return steps[at] != unreachable;
    }
}
}  // namespace machinery

}  // namespace estate::lifecycle
