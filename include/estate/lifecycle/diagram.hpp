// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/graph.hpp>
#include <string_view>

// A lifecycle as a picture. Sink is called with pieces of text: sink(std::string_view).

namespace estate {

namespace detail {

/// Calls visit(edge) for each arrow that changes the state or yields an object. Operations that
/// stay are told by write_operations().
template <class Table, class Visit>
constexpr void each_arrow(Visit visit) {
    for (const Edge& edge : edges<Table>) {
        if (edge.kind == Edge::Kind::yield || edge.from != edge.to) visit(edge);
    }
}

constexpr std::string_view style_of(Edge::Kind kind) {
    return kind == Edge::Kind::failure ? ", style=dashed" : kind == Edge::Kind::yield ? ", style=dotted" : "";
}
constexpr std::string_view label_suffix(Edge::Kind kind) {
    return kind == Edge::Kind::failure ? " fails" : kind == Edge::Kind::yield ? " yields" : "";
}

}  // namespace detail

/// Graphviz: `dot -Tsvg`. Failures are dashed, yields are dotted.
template <class Table, class Sink>
void write_dot(std::string_view name, Sink sink) {
    sink("digraph \""), sink(name), sink("\" {\n    rankdir=LR;\n    node [shape=box, style=rounded];\n");
    detail::each_arrow<Table>([&](const Edge& edge) {
        sink("    "), sink(state_names<Table>[edge.from]), sink(" -> "), sink(state_names<Table>[edge.to]);
        sink(" [label=\""), sink(edge.operation), sink(detail::label_suffix(edge.kind)), sink("\"");
        sink(detail::style_of(edge.kind)), sink("];\n");
    });
    sink("}\n");
}

/// Mermaid, as code hosts draw it. Successes and yields only, unless failures are asked for.
template <class Table, class Start, class Sink>
void write_mermaid(Sink sink, bool with_failures = false) {
    sink("stateDiagram-v2\n    [*] --> "), sink(Start::name), sink("\n");
    detail::each_arrow<Table>([&](const Edge& edge) {
        if (edge.kind == Edge::Kind::failure && !with_failures) return;
        sink("    "), sink(state_names<Table>[edge.from]), sink(" --> "), sink(state_names<Table>[edge.to]);
        sink(" : "), sink(edge.operation), sink(detail::label_suffix(edge.kind)), sink("\n");
    });
}

}  // namespace estate
