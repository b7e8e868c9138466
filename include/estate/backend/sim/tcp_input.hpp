// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/queues.hpp>
#include <estate/backend/sim/tcp_output.hpp>

namespace estate::sim {

/// What segments do to sockets. Each has SYN, ACK or RST. Source  RFC 9293 section 3.10.7; where Linux differs, it is
/// followed.
struct TcpInput {
    /// The packet stays the caller's.
    static void arrive(Engine& engine, Packet& packet) noexcept {
        Event event = Network::describe(engine, packet, Event::arrived);
        SocketId id = Ports::find_connection(engine, packet.to, packet.destination, packet.source);
        const bool is_opening = packet.has(flag::syn) && !packet.has(flag::ack);
        if (id != none && is_opening && engine.sockets[id].tcp == TCP_TIME_WAIT) {
            TcpOutput::end(engine, engine.sockets[id], 0);  // a new connection may take the place of the old
            id = none;
        }
        if (id == none) {
            id = Ports::find_receiver(engine, packet.to, Protocol::tcp, packet.destination, packet.source);
        }
        if (id == none) {
            event.note = packet.has(flag::rst) ? "" : "nobody is there";
            engine.trace.add(event);
            return TcpOutput::refuse(engine, packet);
        }
        Socket& socket = engine.sockets[id];
        event.from = socket.state();
        event.descriptor = socket.descriptor;
        event.note = full(socket, packet, engine);
        const std::size_t at = engine.trace.begin(event);
        if (event.note[0] == '\0') {
            const std::uint8_t state = socket.tcp;
            if (state == TCP_LISTEN) {
                listening(engine, socket, packet);
            } else if (state == TCP_SYN_SENT) {
                syn_sent(engine, socket, packet);
            } else {
                connected(engine, socket, packet);
            }
        }
        engine.trace.end(at, socket.is_used ? socket.state() : State::closed);
    }

    /// An ICMP packet about a connection. Source  Linux tcp_v4_err(), tcp_v6_err().
    static void refused(Engine& engine, const Packet& packet) noexcept {
        const SocketId id = Ports::find_connection(engine, packet.to, packet.destination, packet.refusal.about);
        if (id == none) return;
        Socket& socket = engine.sockets[id];
        const int error = packet.refusal.why->error;
        if (socket.is_opening()) return TcpOutput::end(engine, socket, error);
        socket.soft_error = error;
    }

private:
    /// Why the segment is dropped without a word, if it is. Linux: a full accept queue drops SYN, and the ACK that
    /// would make one connection more.
    static const char* full(const Socket& socket, const Packet& packet, const Engine& engine) noexcept {
        const bool opens = packet.has(flag::syn) && !packet.has(flag::ack | flag::rst);
        if (socket.is_listening()) return opens && socket.queued > socket.backlog ? "the backlog is full" : "";
        const bool completes = socket.tcp == TCP_SYN_RECV && socket.parent != none && packet.has(flag::ack) &&
                               !packet.has(flag::rst);
        if (!completes) return "";
        const Socket& parent = engine.sockets[socket.parent];
        return parent.queued > parent.backlog ? "the backlog is full" : "";
    }

    static void listening(Engine& engine, Socket& listener, const Packet& packet) noexcept {
        if (packet.has(flag::rst)) return;
        if (packet.has(flag::ack)) return TcpOutput::refuse(engine, packet);
        int why = 0;
        const SocketId id = engine.new_socket(listener.host, Protocol::tcp, listener.domain, why);
        if (id == none) return;  // no memory: as if the SYN were lost
        Socket& child = engine.sockets[id];
        child.settings = listener.settings;
        child.send_capacity = listener.send_capacity;
        child.receive_capacity = listener.receive_capacity;
        child.lingers = listener.lingers;
        child.linger_seconds = listener.linger_seconds;
        child.local = packet.destination;
        child.peer = packet.source;
        child.parent = engine.id_of(listener);
        child.ends_receive = listener.ends_receive;
        child.ends_send = listener.ends_send;
        child.irs = packet.sequence;
        child.rcv_nxt = packet.sequence + 1;
        child.snd_wnd = packet.window;
        Ports::take(engine, child);
        TcpOutput::begin(engine, child, TCP_SYN_RECV);
    }

    static void syn_sent(Engine& engine, Socket& socket, const Packet& packet) noexcept {
        if (packet.has(flag::ack) && packet.acknowledged != socket.iss + 1) return TcpOutput::refuse(engine, packet);
        if (packet.has(flag::rst)) {
            if (packet.has(flag::ack)) TcpOutput::end(engine, socket, ECONNREFUSED);
            return;
        }
        socket.irs = packet.sequence;
        socket.rcv_nxt = packet.sequence + 1;
        socket.snd_wnd = packet.window;
        if (!packet.has(flag::ack)) {  // both ends open at once
            socket.tcp = TCP_SYN_RECV;
            return TcpOutput::send_syn(engine, socket);
        }
        establish(engine, socket);
        TcpOutput::acknowledge(engine, socket);
        TcpOutput::flush(engine, socket);
    }

    static void establish(Engine& engine, Socket& socket) noexcept {
        socket.tcp = TCP_ESTABLISHED;
        socket.snd_una = socket.iss + 1;
        const std::int64_t round_trip = socket.retries == 0 ? engine.now - socket.syn_time : 0;
        socket.timeout = tcp::least_timeout + round_trip;
        socket.retries = 0;
        TcpOutput::stop_timer(engine, socket);
        engine.notify(socket);
        if (socket.parent == none) return;
        Socket& parent = engine.sockets[socket.parent];
        Queues::add(engine, parent, socket);
        engine.notify(parent);
    }

    static void connected(Engine& engine, Socket& socket, Packet& packet) noexcept {
        if (packet.has(flag::rst)) return reset(engine, socket, packet);
        if (socket.tcp == TCP_SYN_RECV) {
            const bool is_first = packet.has(flag::syn) && !packet.has(flag::ack);
            if (is_first) return TcpOutput::send_syn(engine, socket, "again");
            if (packet.acknowledged != socket.snd_nxt) return TcpOutput::refuse(engine, packet);
            establish(engine, socket);
            if (socket.ends_send) TcpOutput::send_fin(engine, socket);  // shut before it was connected, as Linux has it
        }
        if (packet.has(flag::syn)) return TcpOutput::acknowledge(engine, socket);
        if (!acknowledged(engine, socket, packet)) return;
        if (packet.data.size == 0 && !packet.has(flag::fin)) {
            // A probe of the window has an old number, and is answered.
            if (is_after(socket.rcv_nxt, packet.sequence)) TcpOutput::acknowledge(engine, socket);
            TcpOutput::flush(engine, socket);
            return;
        }
        if (!take(engine, socket, packet)) return;
        TcpOutput::acknowledge(engine, socket);
        TcpOutput::flush(engine, socket);
    }

    /// RFC 5961: only the exact next number resets. Unread bytes stay readable, as in Linux.
    static void reset(Engine& engine, Socket& socket, const Packet& packet) noexcept {
        if (packet.sequence != socket.rcv_nxt) {
            const std::uint32_t ahead = packet.sequence - socket.rcv_nxt;
            if (ahead < socket.receive_space()) TcpOutput::acknowledge(engine, socket);
            return;
        }
        int error = ECONNRESET;
        if (socket.tcp == TCP_SYN_RECV) error = ECONNREFUSED;
        if (socket.tcp == TCP_CLOSE_WAIT) error = EPIPE;
        if (socket.tcp == TCP_TIME_WAIT) error = 0;
        TcpOutput::end(engine, socket, error);
    }

    /// False: the socket is gone.
    static bool acknowledged(Engine& engine, Socket& socket, const Packet& packet) noexcept {
        if (is_after(packet.acknowledged, socket.snd_max)) {
            TcpOutput::acknowledge(engine, socket);
            return false;
        }
        socket.soft_error = 0;  // it gets through
        if (!is_after(socket.snd_una, packet.acknowledged)) socket.snd_wnd = packet.window;
        if (socket.timer == Timer::probe) socket.retries = 0;
        if (!is_after(packet.acknowledged, socket.snd_una)) return true;
        std::uint32_t count = packet.acknowledged - socket.snd_una;
        const bool has_fin = count > socket.unacknowledged.size;
        if (has_fin) {
            count = socket.unacknowledged.size;
            socket.sends_fin = false;  // it is there
        }
        if (count > 0) engine.blocks.drop(socket.unacknowledged, count);
        socket.snd_una = packet.acknowledged;
        if (is_after(socket.snd_una, socket.snd_nxt)) socket.snd_nxt = socket.snd_una;
        if (socket.retries > 0) {
            for (; socket.retries > 0; --socket.retries) socket.timeout /= 2;
            if (socket.timeout < tcp::least_timeout) socket.timeout = tcp::least_timeout;
        }
        TcpOutput::stop_timer(engine, socket);
        TcpOutput::keep_time(engine, socket);
        engine.notify(socket);
        return !has_fin || fin_acknowledged(engine, socket);
    }
    /// In FIN_WAIT_1, CLOSING or LAST_ACK. False: the connection is over.
    static bool fin_acknowledged(Engine& engine, Socket& socket) noexcept {
        if (socket.tcp == TCP_LAST_ACK) {
            TcpOutput::end(engine, socket, 0);
            return false;
        }
        if (socket.tcp == TCP_CLOSING) {
            TcpOutput::linger(engine, socket, TCP_TIME_WAIT);
            return true;
        }
        socket.tcp = TCP_FIN_WAIT2;
        if (!socket.is_owned()) TcpOutput::linger(engine, socket, TCP_FIN_WAIT2);
        return true;
    }

    /// Data and FIN. False: the connection was reset.
    static bool take(Engine& engine, Socket& socket, Packet& packet) noexcept {
        const std::uint32_t old = socket.rcv_nxt - packet.sequence;  // bytes that are here already
        if (is_after(packet.sequence, socket.rcv_nxt) || old > packet.length()) return true;
        const bool is_waiting_for_fin = socket.tcp == TCP_FIN_WAIT1 || socket.tcp == TCP_FIN_WAIT2;
        if (packet.data.size > old && is_waiting_for_fin && socket.ends_receive) {
            TcpOutput::refuse(engine, packet);  // nobody can read it any more
            TcpOutput::end(engine, socket, ECONNRESET);
            return false;
        }
        const bool takes_data = socket.tcp == TCP_ESTABLISHED || is_waiting_for_fin;
        if (takes_data && packet.data.size > old) {
            engine.blocks.drop(packet.data, old);
            if (!store(engine, socket, packet)) return true;  // the rest, and so FIN, comes again
            engine.notify(socket);
        }
        if (packet.has(flag::fin) && takes_data) finished(engine, socket);  // all before it is here
        return true;
    }
    /// False: not all of it had a place.
    static bool store(Engine& engine, Socket& socket, Packet& packet) noexcept {
        const std::uint32_t size = packet.data.size;
        if (socket.received.size == 0 && size <= socket.receive_space()) {
            socket.received = packet.data;
            packet.data = Bytes{};
            socket.rcv_nxt += size;
            return true;
        }
        const std::uint32_t count = size < socket.receive_space() ? size : socket.receive_space();
        std::byte part[Blocks::block_size];
        for (std::uint32_t done = 0; done < count;) {
            const std::size_t most = count - done < sizeof part ? count - done : sizeof part;
            const std::size_t got = engine.blocks.peek(packet.data, done, part, most);
            const std::size_t kept = engine.blocks.append(socket.received, part, got);
            socket.rcv_nxt += static_cast<std::uint32_t>(kept);
            done += static_cast<std::uint32_t>(kept);
            if (kept < got) return false;
        }
        return count == size;
    }
    static void finished(Engine& engine, Socket& socket) noexcept {
        ++socket.rcv_nxt;
        socket.ends_receive = socket.is_done = true;
        if (socket.tcp == TCP_FIN_WAIT2) {
            TcpOutput::linger(engine, socket, TCP_TIME_WAIT);
        } else {
            socket.tcp = socket.tcp == TCP_ESTABLISHED ? TCP_CLOSE_WAIT : TCP_CLOSING;
        }
        engine.notify(socket);
    }
};

}  // namespace estate::sim
