// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/engine.hpp>

namespace estate::sim {

/// Who has which port: conflicts of bind(), ephemeral ports, who is meant by a packet.
struct Ports {
    /// Whether `a`, which does not listen, cannot have the port that `b` has.
    /// Source  Linux inet_csk_bind_conflict(), udp_lib_get_port().
    static bool conflict(const Socket& a, const Socket& b) noexcept {
        const bool share_a_family = a.domain == b.domain || (a.takes(false) && b.takes(false));
        if (!share_a_family) return false;
        if (!overlap(a, b)) return false;
        const int device_a = a.settings.get<SOL_SOCKET, SO_BINDTOIFINDEX>();
        const int device_b = b.settings.get<SOL_SOCKET, SO_BINDTOIFINDEX>();
        if (device_a != 0 && device_b != 0 && device_a != device_b) return false;
        if (a.reuses_port() && b.reuses_port()) return false;
        return !(a.reuses_address() && b.reuses_address() && !b.is_listening());
    }

    /// Whether the socket could have the port at its local address.
    static bool is_free(const Engine& engine, const Socket& socket, std::uint16_t port) noexcept {
        return each_owner(engine, socket, port, [&](const Socket& other) { return !conflict(socket, other); });
    }

    /// Takes the port that the socket's local address has now.
    static void take(Engine& engine, Socket& socket) noexcept {
        engine.owners.add(engine.id_of(socket),
                          Engine::port_key(socket.host, socket.protocol, socket.local.port));
        if (!socket.is_stream()) receive(engine, socket);
    }
    /// From now on packets of strangers are for it.
    static void receive(Engine& engine, Socket& socket) noexcept {
        engine.receivers.add(engine.id_of(socket),
                             Engine::port_key(socket.host, socket.protocol, socket.local.port));
    }

    /// An ephemeral port for bind(), in order of their numbers. 0: all are taken.
    static std::uint16_t ephemeral(Engine& engine, const Socket& socket) noexcept {
        return search(engine, socket, [&](std::uint16_t port) { return is_free(engine, socket, port); });
    }
    /// One for connect(): only the pair of addresses has to be new, and nobody may have bound the port.
    static std::uint16_t ephemeral_to(Engine& engine, const Socket& socket, const Endpoint& peer) noexcept {
        return search(engine, socket, [&](std::uint16_t port) {
            if (find_connection(engine, socket.host, socket.local.with_port(port), peer) != none) return false;
            return each_owner(engine, socket, port, [&](const Socket& other) {
                return !(other.has_bound || other.is_listening()) || !conflict(socket, other);
            });
        });
    }

    static SocketId find_connection(const Engine& engine, HostId host, const Endpoint& local,
                                    const Endpoint& peer) noexcept {
        const Chains& chains = engine.connections;
        for (SocketId id = chains.first(Engine::pair_key(host, local, peer)); id != none; id = chains.next(id)) {
            const Socket& socket = engine.sockets[id];
            if (socket.host == host && socket.local.port == local.port && socket.peer.port == peer.port &&
                socket.local.is_same_address(local) && socket.peer.is_same_address(peer)) {
                return id;
            }
        }
        return none;
    }

    /// Who receives what a stranger sends to the address: the most exact; of equals the latest, as in Linux, but
    /// SO_REUSEPORT spreads them by the sender's port.
    static SocketId find_receiver(const Engine& engine, HostId host, Protocol protocol, const Endpoint& local,
                                  const Endpoint& peer) noexcept {
        SocketId best = none;
        int most = -1;
        std::uint32_t equals = 0;
        const auto consider = [&](SocketId id, const Socket& socket) {
            const int points = exactness(socket, local, peer);
            if (points < 0 || points < most) return;
            equals = points == most ? equals + 1 : 1;
            most = points;
            const bool spreads = socket.reuses_port() && equals > 1;
            if (!spreads || peer.port % equals == equals - 1) best = id;
        };
        each_receiver(engine, host, protocol, local.port, consider);
        return best;
    }

    template <class Visit>
    static void each_receiver(const Engine& engine, HostId host, Protocol protocol, std::uint16_t port,
                              Visit visit) noexcept {
        const Chains& chains = engine.receivers;
        for (SocketId id = chains.first(Engine::port_key(host, protocol, port)); id != none; id = chains.next(id)) {
            const Socket& socket = engine.sockets[id];
            if (socket.host == host && socket.protocol == protocol && socket.local.port == port) visit(id, socket);
        }
    }

    /// Negative: not for it.
    static int exactness(const Socket& socket, const Endpoint& local, const Endpoint& peer) noexcept {
        if (!socket.takes(local.is_v6)) return -1;
        int points = socket.domain == (local.is_v6 ? AF_INET6 : AF_INET) ? 1 : 0;
        if (!socket.local.is_any()) {
            if (!socket.local.is_same_address(local)) return -1;
            points += 4;
        }
        if (!socket.is_stream() && socket.tcp == TCP_ESTABLISHED) {
            if (!socket.peer.is_same_address(peer) || socket.peer.port != peer.port) return -1;
            points += 8;
        }
        return points;
    }

private:
    /// For IPv4 a socket of both families stays at the wildcard, also where a connect() gave it an IPv6 address (Linux
    /// inet_rcv_saddr_equal(), sk_rcv_saddr).
    static bool overlap(const Socket& a, const Socket& b) noexcept {
        if (a.domain == AF_INET && b.local.is_v6) return !b.binds_address;
        if (a.local.is_any() || b.local.is_any()) {
            const Socket& named = a.local.is_any() ? b : a;
            const Socket& wild = a.local.is_any() ? a : b;
            return named.local.is_any() || wild.takes(named.local.is_v6);
        }
        return a.local.is_same_address(b.local);
    }
    template <class Accept>
    static bool each_owner(const Engine& engine, const Socket& socket, std::uint16_t port, Accept accept) noexcept {
        const Chains& chains = engine.owners;
        for (SocketId id = chains.first(Engine::port_key(socket.host, socket.protocol, port)); id != none;
             id = chains.next(id)) {
            const Socket& other = engine.sockets[id];
            const bool has_it = other.host == socket.host && other.protocol == socket.protocol &&
                                other.local.port == port && &other != &socket;
            if (has_it && !accept(other)) return false;
        }
        return true;
    }
    template <class Accept>
    static std::uint16_t search(Engine& engine, const Socket& socket, Accept accept) noexcept {
        std::uint16_t& next = engine.hosts[socket.host].next_port;
        for (int tries = first_ephemeral; tries <= last_ephemeral; ++tries) {
            const std::uint16_t port = next;
            next = port == last_ephemeral ? first_ephemeral : static_cast<std::uint16_t>(port + 1);
            if (accept(port)) return port;
        }
        return 0;
    }
};

}  // namespace estate::sim
