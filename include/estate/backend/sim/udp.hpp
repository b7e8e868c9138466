// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/uio.h>

#include <estate/backend/sim/network.hpp>
#include <estate/backend/sim/ports.hpp>
#include <estate/backend/sim/queues.hpp>
#include <optional>

namespace estate::sim {

/// Datagrams: what is sent, who gets it, what comes back when nobody does.
struct Udp {
    /// One datagram; to a group or to all, one for each host. Returns 0 or the errno.
    static int send(Engine& engine, const Socket& socket, const Endpoint& to, const iovec* parts,
                    std::size_t count) noexcept {
        const bool is_group = to.is_multicast();
        if (!is_group && !to.is_broadcast()) return send_one(engine, socket, to, parts, count, no_host);
        for (HostId host = 0; host < engine.hosts.size(); ++host) {
            if (host == socket.host && is_group && !loops(socket)) continue;
            if (is_group && !has_member(engine, host, to)) continue;
            const int failed = send_one(engine, socket, to, parts, count, host);
            if (failed != 0) return failed;
        }
        return 0;
    }

    /// Takes the packet over.
    static void arrive(Engine& engine, PacketId id) noexcept {
        const Packet& packet = engine.packets[id];
        if (packet.destination.is_multicast() || packet.destination.is_broadcast()) return arrive_at_all(engine, id);
        Event event = Network::describe(engine, packet, Event::arrived);
        const SocketId receiver =
            Ports::find_receiver(engine, packet.to, Protocol::udp, packet.destination, packet.source);
        if (receiver == none) {
            event.note = icmp::port.fate;
            engine.trace.add(event);
            Network::refuse(engine, packet, icmp::port, packet.to);
            engine.packets.give_back(id, engine.blocks);
            return;
        }
        deliver(engine, engine.sockets[receiver], id, event);
    }

    /// An ICMP packet about a datagram: only a socket with that very peer hears of it, and of nobody who may come back
    /// (Linux __udp4_lib_err(), __udp6_lib_err() without IP_RECVERR).
    static void refused(Engine& engine, const Packet& packet) noexcept {
        if (!packet.refusal.why->is_hard) return;
        Ports::each_receiver(engine, packet.to, Protocol::udp, packet.destination.port,
                             [&](SocketId id, const Socket& candidate) {
                                 if (candidate.tcp != TCP_ESTABLISHED) return;
                                 if (Ports::exactness(candidate, packet.destination, packet.refusal.about) < 0) return;
                                 Socket& socket = engine.sockets[id];
                                 socket.error = packet.refusal.why->error;
                                 engine.notify(socket);
                             });
    }

    static bool has_member(const Engine& engine, HostId host, const Endpoint& group) noexcept {
        for (const Membership& each : engine.memberships) {
            if (engine.sockets[each.socket].host == host && each.group.is_same_address(group)) return true;
        }
        return false;
    }

private:
    static constexpr std::uint32_t overhead = 256;  // each datagram counts this much more against SO_RCVBUF

    static bool loops(const Socket& socket) noexcept {
        return socket.domain == AF_INET ? socket.settings.get<IPPROTO_IP, IP_MULTICAST_LOOP>() != 0
                                        : socket.settings.get<IPPROTO_IPV6, IPV6_MULTICAST_LOOP>() != 0;
    }
    static int send_one(Engine& engine, const Socket& socket, const Endpoint& to, const iovec* parts,
                        std::size_t count, HostId host) noexcept {
        const PacketId id = engine.packets.take();
        if (id == none) return ENOBUFS;
        Packet& packet = engine.packets[id];
        packet.protocol = Protocol::udp;
        packet.from = socket.host;
        packet.source = socket.local;
        packet.destination = to;
        packet.hop_limit = socket.hop_limit(to);
        if (packet.source.is_any()) packet.source = source_for(engine, socket, to);
        for (std::size_t i = 0; i < count; ++i) {
            const auto* const bytes = static_cast<const std::byte*>(parts[i].iov_base);
            if (engine.blocks.append(packet.data, bytes, parts[i].iov_len) == parts[i].iov_len) continue;
            engine.packets.give_back(id, engine.blocks);
            return ENOBUFS;
        }
        Network::send(engine, id, "", host);
        return 0;
    }
    static Endpoint source_for(const Engine& engine, const Socket& socket, const Endpoint& to) noexcept {
        const std::optional<Endpoint> own = engine.hosts[socket.host].source_for(to);
        return own.value_or(Endpoint::loopback(to.is_v6)).with_port(socket.local.port);
    }

    static void deliver(Engine& engine, Socket& socket, PacketId id, Event event) noexcept {
        Packet& packet = engine.packets[id];
        event.from = event.to = socket.state();
        event.descriptor = socket.descriptor;
        const std::uint32_t cost = packet.data.size + overhead;
        if (socket.datagram_first != none && socket.datagram_bytes + cost > socket.receive_capacity) {
            event.note = "the receive buffer is full";
            engine.trace.add(event);
            engine.packets.give_back(id, engine.blocks);
            return;
        }
        engine.trace.add(event);
        Queues::add(engine, socket, id);
        socket.datagram_bytes += cost;
        engine.notify(socket);
    }

    /// A group that the socket joined; where IP_MULTICAST_ALL is on, as it is at first, also one that another joined.
    /// Source  Linux ip_mc_sf_allow().
    static bool hears(const Engine& engine, const Socket& socket, const Endpoint& to) noexcept {
        if (!to.is_multicast()) return true;
        const bool all = to.is_v6 ? socket.settings.get<IPPROTO_IPV6, multicast_all_v6>() != 0
                                  : socket.settings.get<IPPROTO_IP, multicast_all_v4>() != 0;
        if (all) return true;
        for (const Membership& each : engine.memberships) {
            if (&engine.sockets[each.socket] == &socket && each.group.is_same_address(to)) return true;
        }
        return false;
    }
    /// Each socket of the port that is meant and hears the group gets a copy.
    static void arrive_at_all(Engine& engine, PacketId id) noexcept {
        const Packet& packet = engine.packets[id];
        Ports::each_receiver(
            engine, packet.to, Protocol::udp, packet.destination.port, [&](SocketId, const Socket& candidate) {
                const bool is_meant = candidate.takes(packet.destination.is_v6) &&
                                      (candidate.local.is_any() ||
                                       candidate.local.is_same_address(packet.destination)) &&
                                      (candidate.tcp != TCP_ESTABLISHED || candidate.peer == packet.source);
                if (!is_meant || !hears(engine, candidate, packet.destination)) return;
                const PacketId copy = Network::copy(engine, id);
                if (copy == none) return;
                deliver(engine, engine.sockets[engine.id_of(candidate)], copy,
                        Network::describe(engine, packet, Event::arrived));
            });
        engine.packets.give_back(id, engine.blocks);
    }

public:
    /// The oldest datagram, out of the queue; the caller gives it back. Pre  there is one
    static PacketId take(Engine& engine, Socket& socket) noexcept {
        const PacketId id = Queues::take_message(engine, socket);
        socket.datagram_bytes -= engine.packets[id].data.size + overhead;
        return id;
    }
};

}  // namespace estate::sim
