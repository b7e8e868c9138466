// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/engine.hpp>
#include <utility>

namespace estate::sim {

/// What waits in a socket, first come first served: connections to be accepted, messages to be received.
struct Queues {
    static void add(Engine& engine, Socket& listener, Socket& child) noexcept {
        const SocketId id = engine.id_of(child);
        (listener.queue_last == none ? listener.queue_first : engine.sockets[listener.queue_last].queue_next) = id;
        child.queue_next = none;
        listener.queue_last = id;
        ++listener.queued;
    }
    /// The first connection, which is its listener's no more. Pre  there is one
    static Socket& take(Engine& engine, Socket& listener) noexcept {
        Socket& child = engine.sockets[listener.queue_first];
        listener.queue_first = std::exchange(child.queue_next, none);
        if (listener.queue_first == none) listener.queue_last = none;
        --listener.queued;
        child.parent = none;
        return child;
    }

    static void add(Engine& engine, Socket& receiver, PacketId id) noexcept {
        const PacketId last = receiver.datagram_last;
        (last == none ? receiver.datagram_first : engine.packets[last].next) = id;
        engine.packets[id].next = none;
        receiver.datagram_last = id;
    }
    /// The first message; the caller gives it back. Pre  there is one
    static PacketId take_message(Engine& engine, Socket& receiver) noexcept {
        const PacketId id = receiver.datagram_first;
        receiver.datagram_first = engine.packets[id].next;
        if (receiver.datagram_first == none) receiver.datagram_last = none;
        return id;
    }
};

}  // namespace estate::sim
