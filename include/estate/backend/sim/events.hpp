// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/tcp_input.hpp>
#include <estate/backend/sim/udp.hpp>

namespace estate::sim {

/// What happens when the time of a thing on the agenda has come.
inline void happen(Engine& engine, std::uint32_t thing) noexcept {
    if (thing < engine.thing_of_socket(0)) {
        const PacketId id = thing;
        const Protocol protocol = engine.packets[id].protocol;
        if (Network::is_passing(engine, engine.packets[id])) return Network::pass_on(engine, id);
        if (protocol == Protocol::udp) return Udp::arrive(engine, id);  // which keeps the packet
        if (protocol == Protocol::tcp) {
            TcpInput::arrive(engine, engine.packets[id]);
        } else {
            const Packet& packet = engine.packets[id];
            engine.trace.add(Network::describe(engine, packet, Event::arrived, packet.refusal.why->text));
            (packet.refusal.of == Protocol::tcp ? TcpInput::refused : Udp::refused)(engine, packet);
        }
        engine.packets.give_back(id, engine.blocks);
    } else if (thing < engine.thing_of_waiter(0)) {
        Socket& socket = engine.sockets[thing - engine.thing_of_socket(0)];
        Event event;
        event.time = engine.now;
        event.kind = Event::timer;
        event.host = socket.host;
        event.descriptor = socket.descriptor;
        event.from = socket.state();
        event.note = socket.timer == Timer::vanish ? "the wait is over"
                     : socket.timer == Timer::probe ? "asks for the window"
                                                    : "no answer";
        const std::size_t at = engine.trace.begin(event);
        TcpOutput::expire(engine, socket);
        engine.trace.end(at, socket.is_used ? socket.state() : State::closed);
    } else if (thing < engine.thing_of_action(0)) {
        engine.waiters.wake(thing - engine.thing_of_waiter(0), Wake::timeout);
    } else {
        auto& action = engine.actions[thing - engine.thing_of_action(0)];
        const auto taken = std::move(action);
        action = nullptr;
        taken();
    }
}

}  // namespace estate::sim
