// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/names.hpp>
#include <estate/backend/sim/world.hpp>

namespace estate::sim {

/// A trace as a Mermaid sequence diagram: arrows are packets that arrived, crosses packets that did not, notes are
/// calls and changes of state.
class MermaidTrace {
public:
    static std::string of(const World& world) {
        std::string text = "sequenceDiagram\n";
        for (HostId id = 0; id < world.hosts(); ++id) {
            text += "    participant " + host(id) + " as " + clean(world.name_of(id)) + '\n';
        }
        for (const Event& event : world.trace().events()) text += of(event);
        return text;
    }

private:
    static std::string of(const Event& event) {
        switch (event.kind) {
            case Event::call: return call(event);
            case Event::arrived:
                return arrow(host(event.peer), "->>", host(event.host), event) +
                       (event.from == event.to ? "" : note(event.host, change(event)));
            case Event::passed: return arrow(host(event.peer), "->>", host(event.host), event);
            case Event::lost:
                return arrow(host(event.host), "-x", host(event.peer == no_host ? event.host : event.peer), event);
            case Event::timer:
                return note(event.host, clean(event.note) + (event.from == event.to ? "" : ", " + change(event)));
            case Event::action:
                return "    Note over " + host(event.host) + "," + host(event.peer) + ": the test " +
                       clean(event.note) + " the network\n";
            default: return "";
        }
    }
    /// What changes nothing and does not fail is left out.
    static std::string call(const Event& event) {
        const bool is_told = event.from != event.to || event.result < 0 || event.what == Call::accept;
        if (!is_told || event.what == Call::poll) return "";
        return note(event.host, clean(text_of_call(event)) + (event.from == event.to ? "" : ", " + change(event)));
    }
    static std::string change(const Event& event) {
        return std::string(name_of_state(event.from)) + " to " + name_of_state(event.to);
    }
    static std::string arrow(const std::string& from, const char* kind, const std::string& to, const Event& event) {
        const std::string why = event.note[0] != '\0' ? " (" + clean(event.note) + ')' : "";
        return "    " + from + kind + to + ": " + text_of_packet(event) + why + '\n';
    }
    static std::string note(HostId id, const std::string& text) {
        return "    Note over " + host(id) + ": " + text + '\n';
    }
    static std::string host(HostId id) { return 'h' + std::to_string(id); }
    /// ';' and '#' mean something to Mermaid.
    static std::string clean(std::string text) {
        for (char& c : text) {
            if (c == ';' || c == '#' || c == '\n') c = ' ';
        }
        return text;
    }
};

}  // namespace estate::sim
