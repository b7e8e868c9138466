// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/graph.hpp>
#include <string_view>

// A lifecycle as a picture. Sink is called with pieces of text: sink(std::string_view).

namespace estate::lifecycle {

namespace machinery {

/// Calls visit(edge) for each arrow that changes the state or another fact, yields an object or leads into another
/// lifecycle.
template <class Table, class Visit>
constexpr void each_arrow(Visit visit) {
    for (const Edge& edge : edges<Table>) {
        if (edge.kind == Edge::Kind::yield || edge.kind == Edge::Kind::bridge || edge.from != edge.to ||
            edge.fact != nullptr) {
            visit(edge);
        }
    }
}

constexpr std::string_view style_of(Edge::Kind kind) {
    switch (kind) {
        case Edge::Kind::failure: return ", style=dashed";
        case Edge::Kind::yield: return ", style=dotted";
        case Edge::Kind::bridge: return ", style=bold";
        default: return "";
    }
}
constexpr std::string_view label_suffix(Edge::Kind kind) {
    return kind == Edge::Kind::failure ? " fails" : kind == Edge::Kind::yield ? " yields" : "";
}


template <class Sink>
constexpr void write_target(Sink sink, const Edge& edge, const char* to) {
    if (edge.kind == Edge::Kind::bridge) {
        sink(edge.life), sink("_"), sink(edge.place);
    } else {
        sink(to);
    }
}
template <class Sink>
constexpr void write_label(Sink sink, const Edge& edge) {
    sink(edge.operation), sink(edge.is_yielded ? " yields" : label_suffix(edge.kind));
    if (edge.fact != nullptr) sink(", "), sink(edge.fact);
}

}  // namespace machinery

/// Graphviz: `dot -Tsvg`. Failures are dashed, yields are dotted, bridges into another lifecycle are bold.
template <class Table, class Sink>
void write_dot(std::string_view name, Sink sink) {
    sink("digraph \""), sink(name), sink("\" {\n    rankdir=LR;\n    node [shape=box, style=rounded];\n");
    machinery::each_arrow<Table>([&](const Edge& edge) {
        sink("    "), sink(state_names<Table>[edge.from]), sink(" -> ");
        machinery::write_target(sink, edge, state_names<Table>[edge.to]);
        sink(" [label=\""), machinery::write_label(sink, edge), sink("\"");
        sink(machinery::style_of(edge.kind)), sink("];\n");
    });
    sink("}\n");
}

/// Mermaid, as code hosts draw it. Successes and yields only, unless failures are asked for.
template <class Table, class Start, class Sink>
void write_mermaid(Sink sink, bool with_failures = false) {
    sink("stateDiagram-v2\n    [*] --> "), sink(Start::name), sink("\n");
    machinery::each_arrow<Table>([&](const Edge& edge) {
        if (edge.kind == Edge::Kind::failure && !with_failures) return;
        sink("    "), sink(state_names<Table>[edge.from]), sink(" --> ");
        machinery::write_target(sink, edge, state_names<Table>[edge.to]);
        sink(" : "), machinery::write_label(sink, edge), sink("\n");
    });
}

}  // namespace estate::lifecycle
