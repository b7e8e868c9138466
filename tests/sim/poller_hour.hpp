// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <estate/backend/posix/poll_set.hpp>
#include <estate/backend/sim/programs.hpp>
#include <estate/backend/sim/ready_set.hpp>
#include <estate/estate.hpp>
#include <estate/network.hpp>
#include <estate/nonblocking.hpp>
#include <estate/readiness/poller.hpp>
#include <estate/sim.hpp>
#include <vector>

// A server and its clients by two pollers in a simulated world, for an hour.

namespace estate::test {

using namespace estate::literals;
using sim::millisecond;

using T = NonBlocking<Tcp<V4, sim::Sockets>>;
using Listen = On<ListeningSocket<T>, interest::acceptable>;
using Connect = On<ConnectingSocket<T>, interest::answered>;
using Talk = On<ConnectedSocket<T>, interest::duplex>;
inline const SocketAddress<V4> server_at("10.0.0.2"_ip4, 80);

/// The mechanisms that watch sockets of a simulated host.
struct ByReadySet {
    template <class... Kinds>
    using poller = BasicPoller<sim::ReadySet, Kinds...>;
};
struct ByPollSet {
    template <class... Kinds>
    using poller = BasicPoller<posix::PollSet<sim::System, 1024>, Kinds...>;
};

struct Peer {
    Watched<Talk> socket;
    Timer pause;
};

/// Sends back what comes, until `stop`.
template <class Mechanism>
void serve(const sim::System& on_host, std::size_t most, Deadline stop) {
    const Network<sim::Sockets> net(on_host);
    auto poller = Mechanism::template poller<Talk, Listen>::open(on_host).value();
    auto listener = poller
                        .template watch<Listen>(net.tcp_v4().value().bind(server_at).value().listen(Backlog(4096)).value()
                                           .set_nonblocking().value())
                        .value();
    std::vector<Peer> peers(most);
    while (!stop.has_passed(poller.now())) {
        (void)poller
            .turn(stop,
                  on(listener,
                     [&](Ready<Listen> ready) -> Next<Listen> {
                         auto accepted = ready.accept().value();
                         if (!accepted.would_block()) {
                             auto watched = poller.template watch<Talk>(std::move(accepted).value()).value();
                             peers[watched.index()].socket = std::move(watched);
                         }
                         return std::move(ready).next();
                     }),
                  on<Talk>([&](std::uint32_t index) { return &peers[index].socket; },
                           [](Ready<Talk> ready) -> Next<Talk> {
                               std::byte room[256];
                               const auto got = ready.recv(room);
                               if (!got) return std::move(ready).close();
                               if (!got.assume_value().would_block()) {
                                   (void)ready.send(std::span(room).first(got.assume_value().value()));
                               }
                               return std::move(ready).next();
                           }))
            .value();
    }
}

/// So many connections in one program, each with a question every so often, until `stop`; counts the answers.
template <class Mechanism>
std::uint64_t ask(const sim::System& on_host, std::size_t connections, std::chrono::seconds pause, Deadline stop) {
    const Network<sim::Sockets> net(on_host);
    const std::size_t most = connections + 16;
    auto poller = Mechanism::template poller<Talk, Connect>::open(on_host).value();
    std::vector<Watched<Connect>> connecting(most);
    Wheel wheel(poller.now());
    std::vector<Peer> peers(most);
    for (std::size_t i = 0; i < connections; ++i) {
        auto begun = net.tcp_v4().value().begin_connect(server_at).value().set_nonblocking().value();
        auto watched = poller.template watch<Connect>(std::move(begun)).value();
        connecting[watched.index()] = std::move(watched);
    }
    std::uint64_t answers = 0;
    const auto question = as_buffer("a question of some length");
    while (!stop.has_passed(poller.now())) {
        (void)poller
            .turn(stop,
                  on<Connect>([&](std::uint32_t index) { return &connecting[index]; },
                              [&](Ready<Connect> ready) -> Next<Connect> {
                                  return std::move(ready).leave(poller, [&](Connect::socket&& socket) {
                                      auto done = std::move(socket).finish_connect().value();
                                      if (!done.is<Connected>()) return;
                                      auto stream = std::move(done).take<Connected>();
                                      auto watched = poller.template watch<Talk>(std::move(stream)).value();
                                      Peer& peer = peers[watched.index()];
                                      peer.socket = std::move(watched);
                                      (void)peer.socket.socket().send(question).value();
                                  });
                              }),
                  on<Talk>([&](std::uint32_t index) { return &peers[index].socket; },
                           [&](Ready<Talk> ready) -> Next<Talk> {
                               std::byte room[256];
                               const auto got = ready.recv(room);
                               if (!got) return std::move(ready).close();
                               if (!got.assume_value().would_block()) {
                                   ++answers;
                                   const auto until = Deadline::in(pause, poller.now());
                                   wheel.arm(peers[ready.index()].pause, until, ready.index());
                               }
                               return std::move(ready).next();
                           }),
                  on_timeout(wheel,
                             [&](Timer& pause_over) {
                                 (void)peers[pause_over.id()].socket.socket().send(question).value();
                             }))
            .value();
    }
    return answers;
}

/// What became of a world in an hour.
struct Hour {
    std::uint64_t hash;
    std::uint64_t answers;
    std::uint64_t events;
    std::uint64_t calls;
};
/// So many connections between two hosts, each by one poller, over a link that delays, reorders and loses.
template <class Mechanism>
Hour an_hour(std::uint64_t seed, std::size_t connections, std::chrono::seconds pause) {
    sim::Options options;
    options.records = false;
    options.sockets = 2 * connections + 100;
    options.packets = 8 * connections;
    options.waits = 8 * connections;
    options.stack = 1U << 20;  // pollers live there
    options.link.latency = 10 * millisecond;
    options.link.jitter = 20 * millisecond;
    options.link.loss = 1'000;
    sim::World world(seed, options);
    const sim::Limits limits{.descriptors = connections + 16};
    const sim::Host a = world.host("clients", limits, "10.0.0.1"_ip4);
    const sim::Host b = world.host("server", limits, "10.0.0.2"_ip4);
    Hour hour{};
    const Deadline stop = Deadline::in(std::chrono::hours(1), world.now());
    sim::Programs programs(world);
    programs.spawn(b, "server",
                   [&](const sim::System& on_host) { serve<Mechanism>(on_host, connections + 16, stop); });
    programs.spawn(a, "clients", [&](const sim::System& on_host) {
        hour.answers = ask<Mechanism>(on_host, connections, pause, stop);
    });
    programs.run();
    hour.hash = world.hash();
    hour.events = world.events();
    hour.calls = world.calls();
    return hour;
}

}  // namespace estate::test
