// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/network.hpp>
#include <estate/backend/sim/ports.hpp>

namespace estate::sim {

/// Sequence numbers wrap (RFC 9293 section 3.4).
constexpr bool is_after(std::uint32_t a, std::uint32_t b) noexcept { return static_cast<std::int32_t>(a - b) > 0; }

/// What a connection sends, when it sends again and when it gives up.
///
/// Simpler than Linux: every data segment is acknowledged at once, there is neither congestion control nor Nagle's
/// algorithm, and after a timeout all that follows is sent again (go-back-N), since receivers keep nothing that is
/// out of order.
struct TcpOutput {
    static void set_timer(Engine& engine, Socket& socket, Timer kind, std::int64_t after) noexcept {
        socket.timer = kind;
        engine.agenda.set(engine.thing_of_socket(engine.id_of(socket)), engine.now + after);
    }
    static void stop_timer(Engine& engine, Socket& socket) noexcept {
        socket.timer = Timer::off;
        engine.agenda.cancel(engine.thing_of_socket(engine.id_of(socket)));
    }

    /// One segment with bytes of the queue from the offset on.
    static void emit(Engine& engine, Socket& socket, std::uint8_t flags, std::uint32_t sequence,
                     std::size_t offset = 0, std::size_t count = 0, const char* note = "") noexcept {
        const PacketId id = engine.packets.take();
        if (id == none) return;  // as if lost; a timer sends again
        Packet& packet = engine.packets[id];
        packet.flags = flags;
        packet.from = socket.host;
        packet.source = socket.local;
        packet.destination = socket.peer;
        packet.hop_limit = socket.hop_limit(socket.peer);
        packet.sequence = sequence;
        packet.base_sequence = socket.iss;
        packet.base_acknowledged = socket.irs;
        packet.acknowledged = packet.has(flag::ack) ? socket.rcv_nxt : 0;
        packet.window = socket.receive_space();
        socket.told_edge = socket.rcv_nxt + packet.window;
        std::byte part[Blocks::block_size];
        for (std::size_t done = 0; done < count;) {
            const std::size_t most = count - done < sizeof part ? count - done : sizeof part;
            const std::size_t got = engine.blocks.peek(socket.unacknowledged, offset + done, part, most);
            if (engine.blocks.append(packet.data, part, got) != got) {
                engine.packets.give_back(id, engine.blocks);
                return;
            }
            done += got;
        }
        Network::send(engine, id, note);
    }
    static void acknowledge(Engine& engine, Socket& socket, const char* note = "") noexcept {
        emit(engine, socket, flag::ack, socket.snd_nxt, 0, 0, note);
    }

    /// Sends what the window allows; at most so many segments.
    static void flush(Engine& engine, Socket& socket, unsigned most = UINT32_MAX) noexcept {
        for (unsigned sent = 0; sent < most; ++sent) {
            const std::uint32_t flight = socket.snd_nxt - socket.snd_una;
            const std::uint32_t size = socket.unacknowledged.size;
            const bool is_again = is_after(socket.snd_max, socket.snd_nxt);
            const char* const note = is_again ? "again" : "";
            if (flight < size) {
                if (socket.snd_wnd <= flight) break;
                std::uint32_t count = size - flight < tcp::segment ? size - flight : tcp::segment;
                const std::uint32_t open = socket.snd_wnd - flight;
                if (open < count) {
                    if (flight > 0) break;  // a sliver of a window is left until the peer has acknowledged
                    count = open;
                }
                const bool is_last = flight + count == size;
                const auto flags = static_cast<std::uint8_t>(flag::ack | (is_last ? flag::psh : 0));
                emit(engine, socket, flags, socket.snd_nxt, flight, count, note);
                advance(socket, count);
                continue;
            }
            if (!socket.sends_fin || flight > size) break;
            emit(engine, socket, flag::fin | flag::ack, socket.snd_nxt, 0, 0, note);
            advance(socket, 1);
        }
        keep_time(engine, socket);
    }

    /// The timer that fits what is under way.
    static void keep_time(Engine& engine, Socket& socket) noexcept {
        if (socket.timer == Timer::vanish) return;
        if (socket.snd_nxt != socket.snd_una) {
            if (socket.timer != Timer::retransmit) set_timer(engine, socket, Timer::retransmit, socket.timeout);
        } else if (socket.unacknowledged.size > 0) {
            if (socket.timer != Timer::probe) set_timer(engine, socket, Timer::probe, socket.timeout);
        }
    }

    /// Nothing more is to be sent. Other states than these two have sent FIN, or have nobody to send it to yet: of one
    /// that is half open it is sent when the connection is there. Source  Linux tcp_shutdown().
    static void send_fin(Engine& engine, Socket& socket) noexcept {
        if (socket.tcp == TCP_ESTABLISHED) {
            socket.tcp = TCP_FIN_WAIT1;
        } else if (socket.tcp == TCP_CLOSE_WAIT) {
            socket.tcp = TCP_LAST_ACK;
        } else {
            return;
        }
        socket.sends_fin = true;
        flush(engine, socket);
    }

    static void send_syn(Engine& engine, Socket& socket, const char* note = "") noexcept {
        const bool answers = socket.tcp == TCP_SYN_RECV;
        emit(engine, socket, answers ? flag::syn | flag::ack : flag::syn, socket.iss, 0, 0, note);
    }
    /// The first SYN or SYN+ACK of a connection; the numbers of the peer are there where it answers.
    static void begin(Engine& engine, Socket& socket, std::uint8_t state) noexcept {
        socket.tcp = state;
        socket.has_been_connected = true;
        socket.iss = static_cast<std::uint32_t>(engine.random.sequence.next());
        socket.snd_una = socket.iss;
        socket.snd_nxt = socket.snd_max = socket.iss + 1;
        socket.retries = 0;
        socket.timeout = tcp::first_timeout;
        socket.syn_time = engine.now;
        engine.connections.add(engine.id_of(socket), Engine::pair_key(socket.host, socket.local, socket.peer));
        set_timer(engine, socket, Timer::retransmit, socket.timeout);
        send_syn(engine, socket);
    }

    /// RST for an existing connection.
    static void send_reset(Engine& engine, Socket& socket) noexcept {
        emit(engine, socket, flag::rst | flag::ack, socket.snd_max);
    }
    /// RST for a segment that nobody expects (RFC 9293 section 3.5.2).
    static void refuse(Engine& engine, const Packet& about) noexcept {
        if (about.has(flag::rst)) return;
        const PacketId id = engine.packets.take();
        if (id == none) return;
        Packet& packet = engine.packets[id];
        packet.from = about.to;
        packet.source = about.destination;
        packet.destination = about.source;
        packet.base_sequence = about.base_acknowledged;
        packet.base_acknowledged = about.base_sequence;
        if (about.has(flag::ack)) {
            packet.flags = flag::rst;
            packet.sequence = about.acknowledged;
        } else {
            packet.flags = flag::rst | flag::ack;
            packet.acknowledged = about.sequence + about.length();
            packet.base_sequence = packet.sequence;
        }
        Network::send(engine, id);
    }

    /// The connection is over; the error is for whoever asks next. Frees what nobody has.
    static void end(Engine& engine, Socket& socket, int error) noexcept {
        const bool was_half_open = socket.tcp == TCP_SYN_RECV && socket.parent != none;
        stop_timer(engine, socket);
        engine.connections.remove(engine.id_of(socket));
        if (!socket.binds_port) engine.forget_port(socket);
        engine.blocks.clear(socket.unacknowledged);
        socket.tcp = TCP_CLOSE;
        socket.error = error;
        socket.ends_receive = socket.ends_send = true;
        engine.notify(socket);
        const bool is_queued = socket.parent != none && !was_half_open;
        if (!socket.is_owned() && !is_queued && !socket.is_held) engine.free(socket);
    }

    /// TIME_WAIT, or the wait of an orphan for the peer's FIN.
    static void linger(Engine& engine, Socket& socket, std::uint8_t state) noexcept {
        socket.tcp = state;
        set_timer(engine, socket, Timer::vanish, tcp::time_wait);
        engine.notify(socket);
    }

    /// The timer of a connection has run out.
    static void expire(Engine& engine, Socket& socket) noexcept {
        const Timer kind = socket.timer;
        socket.timer = Timer::off;
        if (kind == Timer::vanish) return end(engine, socket, 0);
        if (++socket.retries > most_retries(socket)) {
            return end(engine, socket, socket.soft_error != 0 ? socket.soft_error : ETIMEDOUT);
        }
        socket.timeout = socket.timeout * 2 < tcp::most_timeout ? socket.timeout * 2 : tcp::most_timeout;
        if (kind == Timer::probe) {
            set_timer(engine, socket, Timer::probe, socket.timeout);
            emit(engine, socket, flag::ack, socket.snd_una - 1, 0, 0, "window probe");
            return;
        }
        set_timer(engine, socket, Timer::retransmit, socket.timeout);
        if (socket.is_opening()) return send_syn(engine, socket, "again");
        socket.snd_nxt = socket.snd_una;
        if (socket.snd_wnd == 0 && socket.unacknowledged.size > 0) {
            emit(engine, socket, flag::ack, socket.snd_una - 1, 0, 0, "window probe");
            socket.timer = Timer::probe;
            return;
        }
        flush(engine, socket, 1);
    }

private:
    static void advance(Socket& socket, std::uint32_t count) noexcept {
        socket.snd_nxt += count;
        if (is_after(socket.snd_nxt, socket.snd_max)) socket.snd_max = socket.snd_nxt;
    }
    static unsigned most_retries(const Socket& socket) noexcept {
        if (socket.tcp == TCP_SYN_SENT) return tcp::syn_retries;
        if (socket.tcp == TCP_SYN_RECV) return tcp::synack_retries;
        return socket.is_owned() ? tcp::data_retries : tcp::orphan_retries;
    }
};

}  // namespace estate::sim
