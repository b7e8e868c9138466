// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <poll.h>

#include <estate/backend/sim/parts.hpp>
#include <estate/backend/sim/queues.hpp>
#include <estate/backend/sim/tcp_close.hpp>
#include <utility>

namespace estate::sim {

/// Unix-domain sockets of a host: what a message does, and an end. Nothing is under way between them: what is sent is
/// in the queue of the receiver at once. Source  Linux net/unix/af_unix.c.
struct LocalSockets {
    static LocalPart& part(Engine& engine, const Socket& socket) noexcept {
        return engine.locals[engine.id_of(socket)];
    }
    static bool has_connections(int type) noexcept { return type != SOCK_DGRAM; }
    static Socket* peer(Engine& engine, const Socket& socket) noexcept {
        const SocketId id = part(engine, socket).peer;
        return id == none ? nullptr : &engine.sockets[id];
    }

    /// A new one; none: no place, and `why`.
    static SocketId make(Engine& engine, HostId host, int type, int& why) noexcept {
        const SocketId id = engine.new_socket(host, Protocol::local, AF_UNIX, why);
        if (id == none) return none;
        engine.locals[id].type = type;  // end() has left the rest as it is of a new one
        return id;
    }

    /// Which socket the address means. 0, or the errno of connect() and sendto(). Source  unix_find_other().
    static int find(Engine& engine, HostId host, const LocalAddress& at, int type, SocketId& found) noexcept {
        const std::uint32_t name = at.is_path ? engine.names.find_file(host, at.name())
                                              : engine.names.find_abstract(host, type, at.name());
        if (name == none) return at.is_path ? ENOENT : ECONNREFUSED;
        found = engine.names[name].owner;
        if (!engine.names[name].is_socket || found == none) return ECONNREFUSED;
        return engine.locals[found].type == type ? 0 : EPROTOTYPE;
    }

    /// Whether the one may send to the other, or have it as its peer: not where that has another, be it gone.
    /// Source  unix_may_send().
    static bool may_send(Engine& engine, const Socket& from, const Socket& to) noexcept {
        const LocalPart& its = part(engine, to);
        return its.peer == engine.id_of(from) || (its.peer == none && !its.has_lost_peer);
    }
    /// What is in queues is of the new name, too: a message knows its socket. Source  unix_copy_addr().
    static void name_messages(Engine& engine, const Socket& sender) noexcept {
        const LocalPart& own = part(engine, sender);
        for (PacketId id = 0; id < engine.packets.size() && own.in_queues > 0; ++id) {
            Packet& packet = engine.packets[id];
            const bool is_of_it = packet.sender == engine.id_of(sender) && packet.sender_life == own.life;
            if (is_of_it) packet.name = engine.names.share(own.name);
        }
    }

    static void join(Engine& engine, Socket& socket, Socket& with) noexcept {
        LocalPart& own = part(engine, socket);
        own.peer = engine.id_of(with);
        engine.names.let_go(std::exchange(own.lost_name, none));
        own.has_lost_peer = false;
        socket.tcp = TCP_ESTABLISHED;
        socket.phase = Phase::connected;
    }
    static void know(Engine& engine, Socket& socket) noexcept {
        const Node& host = engine.hosts[socket.host];
        LocalPart& own = part(engine, socket);
        own.process = host.process;
        own.user = host.user;
        own.group = host.group;
    }
    /// The peer of a datagram socket is no more. What came from it is dropped. Source  unix_dgram_disconnected().
    static void forget_peer(Engine& engine, Socket& socket) noexcept {
        LocalPart& own = part(engine, socket);
        if (own.peer == none && !own.has_lost_peer) return;
        const SocketId former = std::exchange(own.peer, none);
        engine.names.let_go(std::exchange(own.lost_name, none));
        own.has_lost_peer = false;
        socket.tcp = TCP_CLOSE;
        socket.phase = Phase::unconnected;
        if (socket.datagram_first == none) return;
        drop_queue(engine, socket);
        if (former == none || engine.locals[former].peer != engine.id_of(socket)) return;
        engine.sockets[former].error = ECONNRESET;
        engine.notify(engine.sockets[former]);
    }

    /// Room in the send buffer. A message may exceed it, where there is any.
    static std::uint32_t space(Engine& engine, const Socket& socket) noexcept {
        const std::uint32_t used = part(engine, socket).in_queues;
        return used < socket.send_capacity ? socket.send_capacity - used : 0;
    }
    /// The queue takes no message of this sender, who is not its peer.
    static bool is_full(Engine& engine, const Socket& receiver, const Socket& sender) noexcept {
        return part(engine, receiver).peer != engine.id_of(sender) && receiver.queued > local::most_queued;
    }

    /// Puts bytes into the queue of the receiver, and sockets with them. Returns how many, or -ENOBUFS where the world
    /// has no memory. Bytes of a stream become part of the last message.
    static std::int64_t put(Engine& engine, Socket& sender, Socket& receiver, Parts parts, std::size_t offset,
                            std::size_t count, const SocketId* passed, std::size_t passed_count) noexcept {
        LocalPart& own = part(engine, sender);
        const bool is_stream = own.type == SOCK_STREAM;
        PacketId id = is_stream && passed_count == 0 ? receiver.datagram_last : none;
        const bool is_new = id == none || engine.packets[id].rights.size > 0;
        if (is_new) id = engine.packets.take();
        if (id == none) return -ENOBUFS;
        Packet& packet = engine.packets[id];
        const std::size_t done = parts.walk(offset, count, [&](const std::byte* from, std::size_t piece) noexcept {
            return engine.blocks.append(packet.data, from, piece);
        });
        const std::size_t size = passed_count * sizeof(SocketId);
        const auto* const numbers = reinterpret_cast<const std::byte*>(passed);
        const bool holds = engine.blocks.append(packet.rights, numbers, size) == size;
        if (is_new && (!holds || (is_stream ? done == 0 : done < count))) {
            engine.packets.give_back(id, engine.blocks);
            return -ENOBUFS;
        }
        if (done == 0 && count > 0) return -ENOBUFS;
        if (is_new) {
            packet.protocol = Protocol::local;
            packet.from = packet.to = sender.host;
            packet.name = engine.names.share(own.name);
            packet.sender = engine.id_of(sender);
            packet.sender_life = own.life;
            Queues::add(engine, receiver, id);
            ++receiver.queued;
        }
        for (std::size_t i = 0; i < passed_count; ++i) ++engine.sockets[passed[i]].passed;
        own.in_queues += static_cast<std::uint32_t>(done) + (is_stream ? 0 : local::message_cost);
        engine.notify(receiver);
        return static_cast<std::int64_t>(done);
    }

    /// `count` bytes of a message have been received: its sender has room again.
    static void give_room(Engine& engine, const Packet& packet, std::uint32_t count) noexcept {
        LocalPart& part = engine.locals[packet.sender];
        if (packet.sender_life != part.life) return;
        part.in_queues -= count;
        engine.notify(engine.sockets[packet.sender]);
    }
    /// The first message has been received, or is dropped.
    static void drop_first(Engine& engine, Socket& receiver) noexcept {
        const PacketId id = Queues::take_message(engine, receiver);
        const bool was_full = receiver.queued-- > local::most_queued;
        drop(engine, id);
        if (was_full) tell_senders(engine, receiver);
    }
    /// A message that is in no queue any more.
    static void drop(Engine& engine, PacketId id) noexcept {
        Packet& packet = engine.packets[id];
        const bool is_stream = engine.locals[packet.sender].type == SOCK_STREAM;  // as its receiver
        give_room(engine, packet, packet.data.size + (is_stream ? 0 : local::message_cost));
        drop_rights(engine, packet);
        engine.names.let_go(packet.name);
        engine.packets.give_back(id, engine.blocks);
    }
    static void drop_queue(Engine& engine, Socket& receiver) noexcept {
        while (receiver.datagram_first != none) drop_first(engine, receiver);
    }
    /// The first socket that travels with the message, taken from it. Pre  there is one.
    static Socket& take_right(Engine& engine, Packet& packet) noexcept {
        SocketId id = none;
        engine.blocks.peek(packet.rights, 0, reinterpret_cast<std::byte*>(&id), sizeof id);
        engine.blocks.drop(packet.rights, sizeof id);
        return engine.sockets[id];
    }
    static void drop_rights(Engine& engine, Packet& packet) noexcept {
        while (packet.rights.size > 0) let_go(engine, take_right(engine, packet));
    }
    /// No message carries it any more, or one less.
    static void let_go(Engine& engine, Socket& socket) noexcept {
        --socket.passed;
        if (!socket.is_owned()) return close(engine, socket);
        if (socket.descriptor < 0) collect(engine);
    }

    /// Ends the sockets that carry each other in a circle: messages refer to them, and nobody can receive those. They
    /// are looked for when a socket that is carried loses another reference. Source  unix(7); Linux net/unix/garbage.c,
    /// which looks for them when the next Unix-domain socket ends.
    static void collect(Engine& engine) noexcept {
        if (engine.is_collecting) return;  // what ends now has been out of reach already
        SocketId first = none;
        const auto reach = [&](SocketId id) noexcept {
            LocalPart& part = engine.locals[id];
            if (part.is_reached) return;
            part.is_reached = true;
            part.next_reached = std::exchange(first, id);
        };
        for (LocalPart& each : engine.locals) each.is_reached = false;
        for (const Socket& each : engine.sockets) {
            if (each.is_used && each.descriptor >= 0) reach(engine.id_of(each));
        }
        while (first != none) {
            const Socket& socket = engine.sockets[std::exchange(first, engine.locals[first].next_reached)];
            for (SocketId id = socket.queue_first; id != none; id = engine.sockets[id].queue_next) reach(id);
            for (PacketId id = socket.datagram_first; id != none; id = engine.packets[id].next) {
                const Bytes& rights = engine.packets[id].rights;
                SocketId carried = none;
                for (std::size_t at = 0; at < rights.size; at += sizeof carried) {
                    engine.blocks.peek(rights, at, reinterpret_cast<std::byte*>(&carried), sizeof carried);
                    reach(carried);
                }
            }
        }
        PacketId lost = none;  // all of them first: a socket that ends over unread messages would reset its peer
        for (Socket& each : engine.sockets) {
            if (!each.is_used || !each.is_local() || part(engine, each).is_reached) continue;
            while (each.datagram_first != none) {
                const PacketId id = Queues::take_message(engine, each);
                engine.packets[id].next = std::exchange(lost, id);
                --each.queued;
            }
        }
        engine.is_collecting = true;
        while (lost != none) drop(engine, std::exchange(lost, engine.packets[lost].next));
        engine.is_collecting = false;
    }

    /// Nothing refers to the socket, of whichever protocol. SO_LINGER waits for nothing here.
    static void close(Engine& engine, Socket& socket) noexcept {
        if (socket.is_local()) return end(engine, socket);
        if (!socket.is_stream()) return engine.free(socket);
        if (TcpClose::begin(engine, socket)) TcpClose::finish(engine, socket);
    }
    /// Source  unix_release_sock(). `was_never_accepted`: the peer hears so.
    static void end(Engine& engine, Socket& socket, bool was_never_accepted = false) noexcept {
        const SocketId id = engine.id_of(socket);
        LocalPart& own = part(engine, socket);
        while (socket.queue_first != none) end(engine, Queues::take(engine, socket), true);
        if (own.name != none && engine.names[own.name].owner == id) engine.names[own.name].owner = none;
        Socket* const other = peer(engine, socket);
        if (other != nullptr && has_connections(own.type)) {
            other->ends_send = other->ends_receive = true;
            if (socket.datagram_first != none || was_never_accepted) other->error = ECONNRESET;
        }
        for (SocketId each = 0; each < engine.locals.size(); ++each) {
            LocalPart& its = engine.locals[each];
            if (its.peer != id || each == id) continue;
            its.peer = none;
            its.lost_name = engine.names.share(own.name);
            its.has_lost_peer = true;
            engine.notify(engine.sockets[each]);
        }
        drop_queue(engine, socket);
        engine.names.let_go(own.name);
        engine.names.let_go(own.lost_name);
        const std::uint32_t life = own.life;
        own = LocalPart{};
        own.life = life + 1;
        engine.free(socket);
    }

    /// Source  unix_poll(), unix_dgram_poll().
    static int readiness(Engine& engine, const Socket& socket) noexcept {
        const LocalPart& own = part(engine, socket);
        int ready = socket.error != 0 ? POLLERR : 0;
        if (socket.ends_receive && socket.ends_send) ready |= POLLHUP;
        if (has_connections(own.type) && socket.tcp == TCP_CLOSE) ready |= POLLHUP;
        if (socket.ends_receive) ready |= POLLIN | POLLRDNORM | POLLRDHUP;
        if (socket.datagram_first != none || socket.queue_first != none) ready |= POLLIN | POLLRDNORM;
        if (socket.is_listening() || std::uint64_t{own.in_queues} * 4 > socket.send_capacity) return ready;
        const bool has_room = own.type == SOCK_STREAM || own.peer == none ||
                              !is_full(engine, engine.sockets[own.peer], socket);
        return has_room ? ready | POLLOUT | POLLWRNORM : ready;
    }

private:
    /// Those who wait for a place in the queue, in a call or by poll().
    static void tell_senders(Engine& engine, Socket& receiver) noexcept {
        engine.waiters.notify(receiver.waits);
        const SocketId id = engine.id_of(receiver);
        for (SocketId each = 0; each < engine.locals.size(); ++each) {
            if (engine.locals[each].peer == id) engine.notify(engine.sockets[each]);
        }
    }
};

}  // namespace estate::sim
