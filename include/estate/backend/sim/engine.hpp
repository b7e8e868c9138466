// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/sim/agenda.hpp>
#include <estate/backend/sim/chains.hpp>
#include <estate/backend/sim/host.hpp>
#include <estate/backend/sim/local_names.hpp>
#include <estate/backend/sim/trace.hpp>
#include <estate/backend/sim/waiters.hpp>
#include <functional>
#include <string>
#include <vector>

namespace estate::sim {

/// Runs programs on stacks of their own; programs.hpp has one. Without any, a world has no programs.
class Executive {
public:
    /// Runs the program until it waits or ends.
    virtual void resume(std::uint32_t program) noexcept = 0;
    /// Called by the running program: back to who resumed it.
    virtual void suspend(std::uint32_t program) noexcept = 0;

protected:
    ~Executive() = default;
};

/// One direction between two hosts.
struct Path {
    Link link;
    Passage passage = Passage::open;
    std::int64_t free_at = 0;       // the packets before this time fill the bandwidth
    std::int64_t last_arrival = 0;  // what is sent later does not arrive earlier
};

/// A group that a datagram socket has joined.
struct Membership {
    SocketId socket;
    Endpoint group;
};

/// The state of a world: what tcp.hpp, udp.hpp and the calls work on. Programs see World and System.
struct Engine {
    Engine(std::uint64_t seed, const Options& given)
        : options{given}, random(seed), trace(given.records), blocks(given.blocks), packets(given.packets),
          sockets(given.sockets), locals(given.sockets), names(given.names), owners(given.sockets),
          receivers(given.sockets), connections(given.sockets), waiters(given.programs, given.waits),
          agenda(given.packets + given.sockets + given.programs + 1 + given.actions), actions(given.actions) {
        for (std::size_t i = given.sockets; i-- > 0;) {
            sockets[i].queue_next = free_socket;
            free_socket = static_cast<SocketId>(i);
        }
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    Options options;
    std::int64_t now = second;  // not 0, which a deadline takes for "do not wait"
    Streams random;
    Trace trace;
    Faults faults;
    Blocks blocks;
    Packets packets;
    std::vector<Socket> sockets;
    std::vector<LocalPart> locals;  // of each socket, where it is a Unix-domain socket
    LocalNames names;
    SocketId free_socket = none;
    Chains owners;       // by host, protocol and local port: all that have the port
    Chains receivers;    // the same, but only those that anybody may send to: listeners, datagram sockets
    Chains connections;  // by host and both ends
    std::vector<Membership> memberships;
    std::vector<Node> hosts;
    std::vector<HostName> host_names;
    std::vector<std::vector<Path>> paths;  // [from][to]
    Waiters waiters;
    Agenda agenda;
    std::vector<std::function<void()>> actions;
    Executive* executive = nullptr;
    void (*dispatch)(Engine&, std::uint32_t thing) = nullptr;
    std::uint32_t current = 0;  // the waiter that runs
    int error = 0;              // of the last call that failed
    std::uint64_t events = 0;   // how many have been dispatched
    std::size_t fruitless = 0;  // calls in a row
    std::uint64_t packets_sent = 0;
    std::vector<std::uint64_t> drops;  // numbers of packets that the test drops
    bool is_dispatching = false;
    bool is_collecting = false;  // LocalSockets::collect()
    std::string deadlock;       // who waited for what, when nobody could go on any more

    // What the agenda's numbers mean.
    [[nodiscard]] std::uint32_t thing_of_packet(PacketId id) const noexcept { return id; }
    [[nodiscard]] std::uint32_t thing_of_socket(SocketId id) const noexcept {
        return static_cast<std::uint32_t>(options.packets) + id;
    }
    [[nodiscard]] std::uint32_t thing_of_waiter(std::uint32_t id) const noexcept {
        return static_cast<std::uint32_t>(options.packets + options.sockets) + id;
    }
    [[nodiscard]] std::uint32_t thing_of_action(std::uint32_t id) const noexcept {
        return static_cast<std::uint32_t>(options.packets + options.sockets + options.programs + 1) + id;
    }

    [[nodiscard]] SocketId id_of(const Socket& socket) const noexcept {
        return static_cast<SocketId>(&socket - sockets.data());
    }

    // Keys of the chains. They need not be unique; the seekers compare.
    static std::uint64_t port_key(HostId host, Protocol protocol, std::uint16_t port) noexcept {
        return std::uint64_t{host} << 24 | std::uint64_t{port} << 8 | static_cast<std::uint64_t>(protocol);
    }
    static std::uint64_t pair_key(HostId host, const Endpoint& local, const Endpoint& peer) noexcept {
        Hash hash;
        hash.number(std::uint64_t{host} << 32 | std::uint64_t{local.port} << 16 | peer.port);
        for (std::size_t i = 0; i < peer.width(); ++i) hash.byte(peer.bytes[i]);
        for (std::size_t i = 0; i < local.width(); ++i) hash.byte(local.bytes[i]);
        return hash.value();
    }

    /// none: no place in the world or, by its limits, on the host; `why` is the errno.
    SocketId new_socket(HostId host, Protocol protocol, int domain, int& why) noexcept {
        Node& node = hosts[host];
        if (node.limits.sockets != 0 && node.sockets >= node.limits.sockets) return why = ENOBUFS, none;
        if (free_socket == none) return why = ENOMEM, none;
        const SocketId id = free_socket;
        free_socket = sockets[id].queue_next;
        Socket& socket = sockets[id] = Socket{};
        socket.is_used = true;
        socket.protocol = protocol;
        socket.domain = domain;
        socket.host = host;
        socket.local = Endpoint::any(domain == AF_INET6);
        socket.peer = socket.local;
        socket.send_capacity = static_cast<std::uint32_t>(options.send_buffer);
        socket.receive_capacity = static_cast<std::uint32_t>(options.receive_buffer);
        ++node.sockets;
        return id;
    }

    /// Frees what no descriptor and no peer needs any more.
    void free(Socket& socket) noexcept {
        const SocketId id = id_of(socket);
        notify(socket);
        forget_port(socket);
        connections.remove(id);
        agenda.cancel(thing_of_socket(id));
        blocks.clear(socket.unacknowledged);
        blocks.clear(socket.received);
        while (socket.datagram_first != none) {
            const PacketId gone = socket.datagram_first;
            socket.datagram_first = packets[gone].next;
            packets.give_back(gone, blocks);
        }
        std::erase_if(memberships, [id](const Membership& each) { return each.socket == id; });
        --hosts[socket.host].sockets;
        socket.is_used = false;
        socket.queue_next = free_socket;
        free_socket = id;
    }

    void forget_port(Socket& socket) noexcept {
        owners.remove(id_of(socket));
        receivers.remove(id_of(socket));
    }

    /// Counts a packet; whether the test drops it.
    bool is_dropped() noexcept {
        ++packets_sent;
        for (const std::uint64_t nth : drops) {
            if (nth == packets_sent) return true;
        }
        return false;
    }

    void notify(Socket& socket) noexcept {
        waiters.notify(socket.waits);
        if (socket.descriptor >= 0) tell(hosts[socket.host].find(socket.descriptor)->watch);
    }
    /// The set that watches it, if there is one, looks at it in its next wait.
    void tell(Watch& watch) noexcept {
        if (watch.set == nullptr) return;
        watch.set->put(watch);
        waiters.notify(watch.set->waits);
    }

    /// A waiting call: add() what it waits for, then wait().
    Wake wait(Call call, int descriptor, std::int64_t until) noexcept {
        Waiter& waiter = waiters[current];
        if (waiter.is_interrupted) {
            waiters.wake(current, Wake::interrupted);  // forgets what it waits for
            waiter.is_interrupted = false;
            return Wake::interrupted;
        }
        waiter.call = call;
        waiter.descriptor = descriptor;
        waiter.status = Waiter::waiting;
        if (until != never) agenda.set(thing_of_waiter(current), until);
        if (current != 0) {
            executive->suspend(current);
        } else if (is_dispatching) {
            waiters.wake(0, Wake::deadlock);  // an action of the test waits, and the world with it
        } else {
            while (waiter.status == Waiter::waiting) {
                if (!pump()) break_deadlock();
            }
        }
        agenda.cancel(thing_of_waiter(current));
        waiter.status = Waiter::running;
        waiter.is_interrupted = false;
        return waiter.wake;
    }
    void wait_for(std::uint32_t& head) { waiters.add(current, head); }

    /// A program that asks and asks without ever waiting would stop the world. After some calls that found nothing it
    /// is made to wait for what happens next.
    void count_fruitless(bool found) noexcept {
        Waiter& waiter = waiters[current];
        if (found || waiter.is_interrupted || is_dispatching) {
            fruitless = 0;
            return;
        }
        if (++fruitless < options.patience) return;
        fruitless = 0;
        const std::int64_t until = agenda.is_empty() ? now + microsecond : agenda.next_time();
        if (wait(Call::any, -1, until > now ? until : now) == Wake::interrupted) waiter.is_interrupted = true;
    }

    /// One program until it waits or, where none can run, the next event. False: neither.
    bool pump() noexcept {
        if (waiters.ready() > 0) {
            const bool draws = options.schedule == Schedule::random && waiters.ready() > 1;
            const std::uint32_t before = current;
            current = waiters.take_ready(draws ? random.schedule.below(waiters.ready()) : 0);
            waiters[current].status = Waiter::running;
            executive->resume(current);
            current = before;
            return true;
        }
        if (agenda.is_empty()) return false;
        if (agenda.next_time() > now) now = agenda.next_time();
        ++events;
        const bool nested = is_dispatching;
        is_dispatching = true;
        dispatch(*this, agenda.take());
        is_dispatching = nested;
        return true;
    }

    /// Nobody can go on: says who waits for what, and fails the oldest wait with EDEADLK, so that its program can
    /// end and the others hear of it.
    void break_deadlock() noexcept {
        std::uint32_t victim = none;
        std::string report;
        for (std::uint32_t id = 0; id < waiters.size(); ++id) {
            const Waiter& waiter = waiters[id];
            if (waiter.status != Waiter::waiting) continue;
            if (victim == none || (waiters[victim].is_daemon && !waiter.is_daemon)) victim = id;
            report += waiter.name + (id == 0 ? "" : " on " + hosts[waiter.host].name) + " waits in " +
                      name_of_call(waiter.call) + " for " +
                      (waiter.descriptor < 0 ? "nothing" : "descriptor " + std::to_string(waiter.descriptor)) + '\n';
        }
        if (victim == none) return;
        if (deadlock.empty()) deadlock = report;
        Event event;
        event.time = now;
        event.kind = Event::program;
        event.host = waiters[victim].host;
        event.waiter = victim;
        event.note = "deadlock";
        trace.add(event);
        waiters.wake(victim, Wake::deadlock);
    }
};

}  // namespace estate::sim
