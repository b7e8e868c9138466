// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/sim/engine.hpp>

namespace estate::sim {

/// Packets between hosts: routes and routers, latency, bandwidth, loss, what the trace says of them.
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

    /// Where a packet goes from a host. `why`: nowhere.
    struct Hop {
        HostId to = no_host;
        bool is_router = false;
        const Reason* why = nullptr;
    };
    static Hop next(const Engine& engine, HostId at, const Endpoint& address) noexcept {
        const Node& node = engine.hosts[at];
        const bool goes_by_route = !node.routes.empty() && !node.has(address);
        const Route* const route = goes_by_route ? node.route_to(address) : nullptr;
        if (goes_by_route && route == nullptr) return {.why = &icmp::net};
        if (route != nullptr && route->via != no_host) return {route->via, true};
        const HostId to = find(engine, at, address);
        return {to, false, to == no_host ? &icmp::host : nullptr};
    }

    static Event describe(const Engine& engine, const Packet& packet, Event::Kind kind,
                          const char* note = "") noexcept {
        Event event;
        event.time = engine.now;
        event.kind = kind;
        const bool is_at_end = kind == Event::arrived || kind == Event::passed;
        event.host = is_at_end ? packet.to : packet.from;
        event.peer = is_at_end ? packet.from : packet.to;
        event.note = note;
        event.protocol = packet.protocol;
        event.flags = packet.flags;
        event.sequence = packet.sequence - packet.base_sequence;
        event.acknowledged = packet.has(flag::ack) ? packet.acknowledged - packet.base_acknowledged : 0;
        event.window = packet.window;
        event.length = packet.data.size;
        event.hop_limit = packet.hop_limit;
        event.refusal = packet.refusal;
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

    /// Sends the packet on its way to the destination, or to the host that is named. The packet is gone.
    static void send(Engine& engine, PacketId id, const char* note = "", HostId to = no_host) noexcept {
        Packet& packet = engine.packets[id];
        const Hop hop = to != no_host ? Hop{to} : next(engine, packet.from, packet.destination);
        packet.to = hop.to;
        packet.is_for_router = hop.is_router;
        record_sending(engine, packet, note);
        if (engine.is_dropped()) return lose(engine, id, "dropped by the test");
        if (hop.why != nullptr) return lose(engine, id, hop.why->fate);
        travel(engine, id);
    }

    /// The packet has come to a router, and is not for it.
    static bool is_passing(const Engine& engine, const Packet& packet) noexcept {
        return packet.is_for_router && !engine.hosts[packet.to].has(packet.destination);
    }
    /// To the next hop, or back to its sender as a refusal. Pre  is_passing()
    static void pass_on(Engine& engine, PacketId id) noexcept {
        Packet& packet = engine.packets[id];
        const Hop hop = next(engine, packet.to, packet.destination);
        const Reason* const why = packet.hop_limit <= 1 && hop.why != &icmp::net ? &icmp::time : hop.why;
        if (why != nullptr) {
            engine.trace.add(describe(engine, packet, Event::arrived, why->fate));
            refuse(engine, packet, *why, packet.to);
            return engine.packets.give_back(id, engine.blocks);
        }
        engine.trace.add(describe(engine, packet, Event::passed));
        --packet.hop_limit;
        packet.from = packet.to;
        packet.to = hop.to;
        packet.is_for_router = hop.is_router;
        packet.was_passed_on = true;
        travel(engine, id);
    }

    static void lose(Engine& engine, PacketId id, const char* why) noexcept {
        engine.trace.add(describe(engine, engine.packets[id], Event::lost, why));
        engine.packets.give_back(id, engine.blocks);
    }

    /// An ICMP packet about another, from a host to who sent that. There is none about ICMP (RFC 1122 section 3.2.2).
    static void refuse(Engine& engine, const Packet& about, const Reason& why, HostId by) noexcept {
        const PacketId id = about.protocol != Protocol::icmp ? engine.packets.take() : none;
        if (id == none) return;
        Packet& packet = engine.packets[id];
        packet.protocol = Protocol::icmp;
        packet.from = by;
        packet.source = about.destination;
        if (!engine.hosts[by].has(about.destination)) {
            const Endpoint* const own = engine.hosts[by].source_to(about.source);
            packet.source = own != nullptr ? *own : Endpoint::any(about.source.is_v6);
        }
        packet.destination = about.source;
        packet.refusal = {&why, about.protocol, about.destination};
        send(engine, id, why.text);
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
    /// Over one link.
    static void travel(Engine& engine, PacketId id) noexcept {
        const Packet& packet = engine.packets[id];
        Path& path = engine.paths[packet.from][packet.to];
        const bool is_rejection = packet.protocol == Protocol::icmp && packet.refusal.why == &icmp::host;
        if (path.passage == Passage::reject && !is_rejection) {
            refuse(engine, packet, icmp::host, packet.was_passed_on ? packet.from : packet.to);
            return lose(engine, id, "the network is rejected");
        }
        if (path.passage == Passage::cut) return lose(engine, id, "the network is cut");
        if (engine.random.loss.chance(path.link.loss)) return lose(engine, id, "lost");
        const bool is_datagram = packet.protocol == Protocol::udp;
        if (is_datagram && engine.random.duplicate.chance(path.link.duplicate)) duplicate(engine, id, path);
        schedule(engine, id, path, is_datagram && engine.random.reorder.chance(path.link.reorder));
    }
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
};

}  // namespace estate::sim
