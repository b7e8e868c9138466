// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/naming_calls.hpp>
#include <estate/backend/sim/queues.hpp>
#include <utility>

namespace estate::sim {

/// connect(), accept(), shutdown() and close().
class ConnectionCalls : public NamingCalls {
public:
    using NamingCalls::NamingCalls;

    /// A fault with EINTR or EINPROGRESS interrupts it: the attempt goes on.
    int connect(int descriptor, const sockaddr* address, socklen_t size) const noexcept {
        return static_cast<int>(enter(Call::connect, descriptor, [&](const Injury& injury) -> std::int64_t {
            if (injury.error != 0 && injury.error != EINTR && injury.error != EINPROGRESS) return -injury.error;
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            if (address == nullptr || size < sizeof(sa_family_t)) return address == nullptr ? -EFAULT : -EINVAL;
            if (found->is_local()) {  // what is interrupted has not begun
                return injury.error != 0 ? -injury.error : -connect_local(*found, address, size);
            }
            sa_family_t family = 0;
            std::memcpy(&family, address, sizeof family);
            if (family == AF_UNSPEC) return -undo(*found);
            if (found->is_stream()) return -spend(*found, connect_stream(*found, address, size, injury.error));
            if (!bind_any(*found)) return -EAGAIN;  // first, whatever follows (Linux inet_dgram_connect())
            Endpoint peer;
            if (const int wrong = read_peer(*found, address, size, peer); wrong != 0) return -wrong;
            const int failed = fix_peer(*found, peer);
            return -(failed != 0 ? failed : injury.error);
        }, true));
    }

    int accept(int descriptor, sockaddr* address, socklen_t* size) const noexcept {
        return static_cast<int>(enter(Call::accept, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            Socket& listener = *found;
            if (listener.is_local()) return accept_local(listener, address, size);
            for (;;) {
                if (const int refused = refuse_descriptor(); refused != 0) return -refused;
                if (!listener.is_stream()) return -EOPNOTSUPP;
                if (!listener.is_listening()) return -EINVAL;
                if (listener.queue_first != none) break;
                if (listener.is_nonblocking) return -EAGAIN;
                if (const int failed = wait_for(Call::accept, listener); failed != 0) return -failed;
            }
            Socket& child = Queues::take(engine(), listener);
            child.phase = Phase::connected;
            child.peer.write(child.domain, address, size);
            return give_descriptor(child);
        }));
    }

    /// Source  Linux inet_shutdown(): of a listener, the receiving side stops it.
    int shutdown(int descriptor, int how) const noexcept {
        return static_cast<int>(enter(Call::shutdown, descriptor, [&](const Injury&) -> std::int64_t {
            int why = 0;
            Socket* const found = find(descriptor, why);
            if (found == nullptr) return -why;
            if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return -EINVAL;
            Socket& socket = *found;
            if (socket.is_local()) {
                shutdown_local(socket, how);
                return 0;
            }
            const bool receive = how != SHUT_WR;
            const bool send = how != SHUT_RD;
            if (socket.is_listening()) {
                if (!receive) return 0;
                TcpClose::drop_children(engine(), socket);
                disconnect(socket);
                return 0;
            }
            if (socket.is_stream() && socket.tcp == TCP_SYN_SENT) {
                disconnect(socket);
                return 0;
            }
            const bool is_off = socket.tcp == TCP_CLOSE || socket.tcp == TCP_TIME_WAIT;
            if (socket.phase == Phase::connecting) {
                socket.phase = is_off || socket.tcp == TCP_SYN_RECV ? Phase::disconnecting : Phase::connected;
            }
            socket.ends_receive = socket.ends_receive || receive;
            if (receive && is_component()) engine().blocks.clear(socket.received);
            if (send && !socket.ends_send) {
                socket.ends_send = true;
                if (socket.is_stream() && !is_off) TcpOutput::send_fin(engine(), socket);
            }
            engine().notify(socket);
            return is_off ? -ENOTCONN : 0;
        }));
    }

    /// Whatever it answers, the descriptor is free. SO_LINGER makes it wait, whether the socket blocks or not.
    int close(int descriptor) const noexcept {
        return static_cast<int>(enter(Call::close, descriptor, [&](const Injury& injury) -> std::int64_t {
            Slot* const slot = node().find(descriptor);
            if (slot == nullptr) return -EBADF;
            if (slot->kind != Slot::Kind::socket) {
                engine().waiters.notify(slot->kind == Slot::Kind::set ? slot->watches.waits : slot->waits);
                node().free(descriptor);
                return -injury.error;
            }
            Socket& socket = engine().sockets[slot->socket];
            const SocketId id = slot->socket;
            node().free(descriptor);
            if (socket.copies > 0) {
                --socket.copies;
                if (socket.descriptor == descriptor) {
                    socket.former = descriptor;
                    socket.descriptor = node().descriptor_of(id);
                }
                return -injury.error;
            }
            socket.descriptor = -1;
            engine().notify(socket);
            if (socket.passed > 0) {  // who receives it has it
                LocalSockets::collect(engine());
            } else if (socket.is_stream()) {
                close_stream(socket);
            } else {
                LocalSockets::close(engine(), socket);
            }
            return -injury.error;
        }, true));
    }

private:
    /// connect() to AF_UNSPEC. Source  Linux tcp_disconnect(), __udp_disconnect().
    int undo(Socket& socket) const noexcept {
        if (socket.is_listening()) TcpClose::drop_children(engine(), socket);
        if (socket.is_stream() && socket.needs_reset()) TcpOutput::send_reset(engine(), socket);
        disconnect(socket);
        if (!socket.is_stream()) socket.settings.put(find_setting(SOL_SOCKET, SO_BINDTOIFINDEX), 0);
        return 0;
    }

    int read_peer(const Socket& socket, const sockaddr* address, socklen_t size, Endpoint& peer) const noexcept {
        if (const int wrong = Endpoint::read(address, size, socket.domain, peer); wrong != 0) return wrong;
        if (peer.is_any()) peer = meant_by_any(socket, peer).with_port(peer.port);
        if (lacks_zone(socket, peer) && !(socket.is_stream() && peer.is_multicast())) return EINVAL;
        return socket.takes(peer.is_v6) ? 0 : ENETUNREACH;
    }

    /// A datagram socket's peer.
    int fix_peer(Socket& socket, const Endpoint& peer) const noexcept {
        if (peer.is_broadcast() && socket.settings.get<SOL_SOCKET, SO_BROADCAST>() == 0) return EACCES;
        int why = 0;
        if (!choose_source(socket, peer, why)) return why;  // the source of an earlier peer stays
        socket.peer = peer;
        socket.tcp = TCP_ESTABLISHED;
        return 0;
    }

    /// Source  Linux __inet_stream_connect(), tcp_v4_connect().
    int connect_stream(Socket& socket, const sockaddr* address, socklen_t size, int interruption) const noexcept {
        int failed = EALREADY;
        if (socket.phase == Phase::disconnecting) return EINVAL;
        if (socket.phase == Phase::connected) return EISCONN;
        if (socket.phase == Phase::unconnected) {
            if (socket.tcp != TCP_CLOSE) return EISCONN;
            Endpoint peer;
            if (const int wrong = read_peer(socket, address, size, peer); wrong != 0) return wrong;
            if (const int before_syn = begin(socket, peer); before_syn != 0) return before_syn;
            failed = EINPROGRESS;
        }
        while (socket.is_opening()) {
            if (interruption != 0) return interruption;
            if (socket.is_nonblocking) return failed;
            if (const int wait_failed = wait_for(Call::connect, socket); wait_failed != 0) return wait_failed;
        }
        if (socket.tcp != TCP_CLOSE) {
            socket.phase = Phase::connected;
            return 0;
        }
        failed = socket.error != 0 ? std::exchange(socket.error, 0) : ECONNABORTED;
        disconnect(socket);
        return failed;
    }
    /// To the first SYN. A failure leaves the socket as it was.
    int begin(Socket& socket, const Endpoint& peer) const noexcept {
        if (peer.is_multicast() || peer.is_broadcast()) return ENETUNREACH;
        const Endpoint before = socket.local;
        int why = 0;
        if (!choose_source(socket, peer, why)) return why;
        if (!has_port(socket)) {
            const std::uint16_t port = Ports::ephemeral_to(engine(), socket, peer);
            if (port != 0) {
                socket.local.port = port;
                Ports::take(engine(), socket);
            } else {
                why = EADDRNOTAVAIL;
            }
        } else if (Ports::find_connection(engine(), host(), socket.local, peer) != none) {
            why = EADDRNOTAVAIL;
        }
        if (why == EADDRNOTAVAIL) {
            socket.local = before;
            return why;
        }
        socket.peer = peer;
        socket.phase = Phase::connecting;
        socket.error = 0;
        TcpOutput::begin(engine(), socket, TCP_SYN_SENT);
        return 0;
    }

    void close_stream(Socket& socket) const noexcept {
        if (!TcpClose::begin(engine(), socket)) return;
        if (socket.lingers) wait_for_fin(socket);
        TcpClose::finish(engine(), socket);
    }
    void wait_for_fin(Socket& socket) const noexcept {
        const std::int64_t until = engine().now + socket.linger_seconds * second;
        socket.is_held = true;
        while (engine().now < until &&
               (socket.tcp == TCP_FIN_WAIT1 || socket.tcp == TCP_CLOSING || socket.tcp == TCP_LAST_ACK)) {
            if (wait_for(Call::close, socket, until) != 0) break;
        }
        socket.is_held = false;
    }
};

}  // namespace estate::sim
