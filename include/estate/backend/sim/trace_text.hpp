// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/names.hpp>
#include <estate/backend/sim/world.hpp>

namespace estate::sim {

/// A trace in columns of fixed width, one event a line: an expected trace is compared by diff.
///
///     time        actor     what       from         to           detail
///     1.000000    client    call       CREATED      ESTABLISHED  connect(3) = 0
class TextTrace {
public:
    static std::string head() { return line("time", "actor", "what", "from", "to", "detail"); }

    static std::string of(const World& world, const Event& event) {
        const auto host = [&](HostId id) { return id == no_host ? std::string("nowhere") : world.name_of(id); };
        const bool is_of_program = event.kind == Event::program || (event.kind == Event::call && event.waiter != 0);
        const std::string actor = host(event.host) + (is_of_program ? '/' + world.name_of_program(event.waiter) : "");
        std::string detail;
        switch (event.kind) {
            case Event::call: detail = text_of_call(event); break;
            case Event::timer: break;
            case Event::program: break;
            case Event::action: detail = host(event.host) + " > " + host(event.peer); break;
            default:
                detail = text_of_packet(event) + "  " + event.source.text() + " > " + event.destination.text();
        }
        if (event.note[0] != '\0') detail += (detail.empty() ? "" : "  ") + ('(' + std::string(event.note) + ')');
        const bool has_states = event.from != State::absent || event.to != State::absent;
        return line(text_of_time(event.time), actor, name_of_kind(event.kind),
                    has_states ? name_of_state(event.from) : "", has_states ? name_of_state(event.to) : "", detail);
    }

    /// Without calls of poll() that only looked, which are many and say little.
    static std::string of(const World& world) {
        std::string text = head();
        for (const Event& event : world.trace().events()) {
            if (event.what != Call::poll || event.result != 0) text += of(world, event);
        }
        return text;
    }

private:
    static const char* name_of_kind(Event::Kind kind) noexcept {
        constexpr const char* names[] = {"call", "sends", "gets", "lost", "timer", "program", "network", "passes"};
        return names[kind];
    }
    static std::string line(const std::string& time, const std::string& actor, const std::string& what,
                            const std::string& from, const std::string& to, const std::string& detail) {
        std::string text;
        const auto column = [&](const std::string& value, std::size_t width) {
            text += value;
            text.append(value.size() < width ? width - value.size() : 1, ' ');
        };
        column(time, 14);
        column(actor, 16);
        column(what, 9);
        column(from, 13);
        column(to, 13);
        return text + detail + '\n';
    }
};

}  // namespace estate::sim
