// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/engine.hpp>

namespace estate::sim {

/// Packets between hosts: routes, latency, bandwidth, loss, what the trace says of them.
struct Network {
    static constexpr std::uint32_t headers = 40;  // bytes, for the bandwidth

    /// Which host has the address, as seen from another; no_host where none has.
    static HostId find(const Engine& engine, HostId from, const Endpoint& address) noexcept {
        if (engine.hosts[from].has(address)) return from;  // be it for loopback, which each has
        for (HostId id = 0; id < engine.hosts.size(); ++id) {
            if (engine.hosts[id].has(address)) return id;
        }
        return no_host;
    }

    static Event describe(const Engine& engine, const Packet& packet, Event::Kind kind,
                          const char* note = "") noexcept {
        Event event;
        event.time = engine.now;
        event.kind = kind;
        event.host = kind == Event::arrived ? packet.to : packet.from;
        event.peer = kind == Event::arrived ? packet.from : packet.to;
        event.note = note;
        event.protocol = packet.protocol;
        event.flags = packet.flags;
        event.sequence = packet.sequence - packet.base_sequence;
        event.acknowledged = packet.has(flag::ack) ? packet.acknowledged - packet.base_acknowledged : 0;
        event.window = packet.window;
        event.length = packet.data.size;
        event.source = packet.source;
        event.destination = packet.destination;
        event.sent_as = packet.sent_as;
        return event;
    }
    static void record_sending(Engine& engine, Packet& packet, const char* note) noexcept {
        Event event = describe(engine, packet, Event::sent, note);
        event.payload = engine.trace.keep(engine.blocks, packet.data);
        packet.sent_as = engine.trace.add(event);
    }

    /// Sends the packet to the host that has the destination, or to the one named. The packet is gone.
    static void send(Engine& engine, PacketId id, const char* note = "", HostId to = no_host) noexcept {
        Packet& packet = engine.packets[id];
        packet.to = to != no_host ? to : find(engine, packet.from, packet.destination);
        record_sending(engine, packet, note);
        if (engine.is_dropped()) return lose(engine, id, "dropped by the test");
        if (packet.to == no_host) return lose(engine, id, "no host has the address");
        Path& path = engine.paths[packet.from][packet.to];
        if (path.passage == Passage::reject && packet.protocol != Protocol::icmp) return reject(engine, id);
        if (path.passage != Passage::open) return lose(engine, id, "the network is cut");
        if (engine.random.loss.chance(path.link.loss)) return lose(engine, id, "lost");
        const bool is_datagram = packet.protocol == Protocol::udp;
        if (is_datagram && engine.random.duplicate.chance(path.link.duplicate)) duplicate(engine, id, path);
        schedule(engine, id, path, is_datagram && engine.random.reorder.chance(path.link.reorder));
    }

    static void lose(Engine& engine, PacketId id, const char* why) noexcept {
        engine.trace.add(describe(engine, engine.packets[id], Event::lost, why));
        engine.packets.give_back(id, engine.blocks);
    }

    /// Nobody has the port: an ICMP packet about another, back to who sent that.
    static void refuse(Engine& engine, const Packet& about) noexcept {
        const PacketId id = engine.packets.take();
        if (id == none) return;
        Packet& packet = engine.packets[id];
        packet.protocol = Protocol::icmp;
        packet.from = about.to;
        packet.source = about.destination;
        packet.destination = about.source;
        packet.refusal = {about.protocol, ECONNREFUSED};
        send(engine, id, "port unreachable", about.from);
    }

    /// Another packet with the same contents; none where there is no memory.
    static PacketId copy(Engine& engine, PacketId id) noexcept {
        const PacketId made = engine.packets.take();
        if (made == none) return none;
        engine.packets[made] = engine.packets[id];
        engine.packets[made].data = Bytes{};
        std::byte part[Blocks::block_size];
        for (std::size_t at = 0; at < engine.packets[id].data.size;) {
            const std::size_t count = engine.blocks.peek(engine.packets[id].data, at, part, sizeof part);
            if (engine.blocks.append(engine.packets[made].data, part, count) != count) {
                engine.packets.give_back(made, engine.blocks);
                return none;
            }
            at += count;
        }
        return made;
    }

private:
    static void schedule(Engine& engine, PacketId id, Path& path, bool late) noexcept {
        const Packet& packet = engine.packets[id];
        std::int64_t leaves = engine.now;
        if (path.link.bandwidth != 0) {
            if (path.free_at > leaves) leaves = path.free_at;
            leaves += static_cast<std::int64_t>((std::uint64_t{packet.data.size} + headers) *
                                                static_cast<std::uint64_t>(second) / path.link.bandwidth);
            path.free_at = leaves;
        }
        std::int64_t arrives = leaves + path.link.latency;
        if (path.link.jitter > 0) {
            arrives += static_cast<std::int64_t>(
                engine.random.latency.below(static_cast<std::uint64_t>(path.link.jitter) + 1));
        }
        if (late) {
            arrives += path.link.reorder_by;
        } else {
            if (arrives < path.last_arrival) arrives = path.last_arrival;
            path.last_arrival = arrives;
        }
        engine.agenda.set(engine.thing_of_packet(id), arrives);
    }
    static void duplicate(Engine& engine, PacketId id, Path& path) noexcept {
        const PacketId copy_id = copy(engine, id);
        if (copy_id == none) return;
        record_sending(engine, engine.packets[copy_id], "duplicate");
        schedule(engine, copy_id, path, false);
    }
    static void reject(Engine& engine, PacketId id) noexcept {
        const PacketId back = engine.packets.take();
        if (back != none) {
            Packet& packet = engine.packets[back];
            const Packet& about = engine.packets[id];
            packet.protocol = Protocol::icmp;
            packet.from = about.to;
            packet.to = about.from;
            packet.source = about.destination;
            packet.destination = about.source;
            packet.refusal = {about.protocol, EHOSTUNREACH};
            record_sending(engine, packet, "host unreachable");
            schedule(engine, back, engine.paths[packet.from][packet.to], false);
        }
        lose(engine, id, "the network is rejected");
    }
};

}  // namespace estate::sim
