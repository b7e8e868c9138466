// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/queues.hpp>
#include <estate/backend/sim/tcp_output.hpp>

namespace estate::sim {

/// How a stream ends that no descriptor refers to any more.
struct TcpClose {
    /// A listener stops: what was not accepted is reset.
    static void drop_children(Engine& engine, Socket& listener) noexcept {
        const SocketId own = engine.id_of(listener);
        while (listener.queue_first != none) {
            Socket& child = Queues::take(engine, listener);
            if (child.tcp != TCP_CLOSE) {
                TcpOutput::send_reset(engine, child);
                TcpOutput::end(engine, child, ECONNRESET);
            } else {
                engine.free(child);
            }
        }
        for (Socket& child : engine.sockets) {
            if (!child.is_used || child.parent != own) continue;
            TcpOutput::end(engine, child, 0);  // half open: nobody is told
        }
    }

    /// True: FIN is sent, and finish() ends it. False: it is gone.
    /// Source  Linux __tcp_close(); RFC 1122 section 4.2.2.13 for the reset over unread bytes.
    static bool begin(Engine& engine, Socket& socket) noexcept {
        if (socket.is_listening()) {
            drop_children(engine, socket);
            engine.free(socket);
            return false;
        }
        const bool is_unread = socket.received.size > 0;
        socket.ends_receive = socket.ends_send = true;
        engine.blocks.clear(socket.received);
        if (socket.tcp == TCP_CLOSE || socket.tcp == TCP_SYN_SENT) {
            engine.free(socket);
            return false;
        }
        const bool at_once = socket.lingers && socket.linger_seconds == 0;
        if ((is_unread || at_once) && socket.tcp != TCP_TIME_WAIT) {
            TcpOutput::send_reset(engine, socket);
            TcpOutput::end(engine, socket, 0);
            return false;
        }
        TcpOutput::send_fin(engine, socket);
        return true;
    }
    static void finish(Engine& engine, Socket& socket) noexcept {
        if (socket.tcp == TCP_CLOSE) return engine.free(socket);
        if (socket.tcp == TCP_FIN_WAIT2) TcpOutput::linger(engine, socket, TCP_FIN_WAIT2);
    }
};

}  // namespace estate::sim
