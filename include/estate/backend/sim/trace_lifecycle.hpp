// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstring>
#include <estate/backend/sim/world.hpp>
#include <estate/lifecycle/graph.hpp>
#include <estate/transport/tcp.hpp>
#include <estate/transport/udp.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace estate::sim {

/// The way of each socket of a trace through its lifecycle: the states are those of the library's table, and each step
/// is an arrow of it.
///
///     client 3, TCP    Created -connect-> Connected -shutdown_send-> SendClosed -close-> Closed
///
/// A system is not told everything: a connect() with a deadline is the two steps that it makes, and shutdown_receive()
/// changes no state of TCP and is left out, as Unix-domain sockets are.
class LifecycleTrace {
public:
    struct Step {
        std::string operation;  // "connect", or "connect fails"
        std::string state;      // where it led
    };
    struct Way {
        std::string who;  // "client 3"
        bool is_stream = true;
        HostId host = no_host;
        int descriptor = -1;
        std::string first;
        std::vector<Step> steps;
        bool has_ended = false;
    };

    static std::vector<Way> ways(const World& world) {
        std::vector<Way> all;
        for (const Event& event : world.trace().events()) {
            if (event.kind == Event::call) follow(world, event, all);
        }
        return all;
    }
    /// A line for each socket, in the order in which they were made.
    static std::string of(const World& world) {
        std::string text;
        for (const Way& way : ways(world)) {
            std::string line = way.who + (way.is_stream ? ", TCP" : ", UDP");
            line.append(line.size() < 17 ? 17 - line.size() : 1, ' ');
            line += way.first;
            for (const Step& step : way.steps) line += " -" + step.operation + "-> " + step.state;
            text += line + '\n';
        }
        return text;
    }
    /// A state diagram in Mermaid for each socket, with the arrows that it went, numbered.
    static std::string mermaid(const World& world) {
        std::string text;
        for (const Way& way : ways(world)) {
            text += "stateDiagram-v2\n    direction LR\n    note right of " + way.first + ": " + way.who + '\n';
            std::string from = way.first;
            int number = 0;
            for (const Step& step : way.steps) {
                text += "    " + from + " --> " + step.state + ": " + std::to_string(++number) + ' ' + step.operation;
                text += '\n';
                from = step.state;
            }
        }
        return text;
    }

private:
    static void follow(const World& world, const Event& event, std::vector<Way>& all) {
        const auto name = [&](std::int64_t descriptor) {
            return world.name_of(event.host) + ' ' + std::to_string(descriptor);
        };
        if (event.what == Call::socket && event.result >= 0) {
            if (event.protocol == Protocol::local) return;
            all.push_back({name(event.result), event.protocol != Protocol::udp, event.host,
                           static_cast<int>(event.result), Created::name, {}, false});
            return;
        }
        Way* const way = find(all, event.host, event.descriptor);
        if (way == nullptr) return;
        if (event.what == Call::accept && event.result >= 0) {
            const std::string state = step_to<tcp_table>(*way, op::accept::name, lifecycle::Edge::Kind::yield);
            all.push_back({name(event.result), true, event.host, static_cast<int>(event.result),
                           state.empty() ? std::string(Connected::name) : state, {}, false});
            return;
        }
        if (event.what == Call::close && event.from == State::closed && at(*way) == Connecting::name) {
            way->steps.push_back({std::string(op::finish_connect::name) + " fails", Closed::name});
            way->has_ended = true;
            return;
        }
        const char* const operation = operation_of(event, *way);
        if (operation == nullptr) return;
        const bool failed = event.result < 0 && event.result != -EINPROGRESS && event.result != -EINTR;
        const auto kind = failed ? lifecycle::Edge::Kind::failure : lifecycle::Edge::Kind::success;
        const std::string to = way->is_stream ? step_to<tcp_table>(*way, operation, kind)
                                              : step_to<udp_table>(*way, operation, kind);
        if (to.empty()) return;
        way->steps.push_back({std::string(operation) + (failed ? " fails" : ""), to});
        way->has_ended = to == Closed::name;
    }
    static Way* find(std::vector<Way>& all, HostId host, int descriptor) {
        const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Way& way) {
            return way.host == host && way.descriptor == descriptor;
        });
        return found == all.rend() || found->has_ended ? nullptr : &*found;
    }
    /// The operation of the library that makes the call; nullptr: one that keeps the state.
    static const char* operation_of(const Event& event, const Way& way) {
        switch (event.what) {
            case Call::bind: return op::bind::name;
            case Call::listen: return op::listen::name;
            case Call::connect:
                if (!way.is_stream) return event.to == State::bound ? op::disconnect::name : op::connect::name;
                return event.result == -EINPROGRESS ? op::begin_connect::name : op::connect::name;
            case Call::getpeername: return at(way) == Connecting::name ? op::finish_connect::name : nullptr;
            case Call::shutdown: return event.from != event.to ? op::shutdown_send::name : nullptr;
            case Call::close: return op::close::name;
            default: return nullptr;
        }
    }
    static std::string_view at(const Way& way) { return way.steps.empty() ? way.first : way.steps.back().state; }

    /// Where the arrow leads; empty: the table has none that changes the state.
    template <class Table>
    static std::string step_to(const Way& way, std::string_view operation, lifecycle::Edge::Kind kind) {
        for (const auto& edge : lifecycle::edges<Table>) {
            const bool is_it = edge.kind == kind && edge.fact == nullptr && operation == edge.operation &&
                               at(way) == lifecycle::state_names<Table>[edge.from];
            if (is_it && (edge.from != edge.to || kind != lifecycle::Edge::Kind::success)) {
                return lifecycle::state_names<Table>[edge.to];
            }
        }
        return {};
    }
};

}  // namespace estate::sim
