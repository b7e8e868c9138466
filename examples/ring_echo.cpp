// SPDX-License-Identifier: BSL-1.0
//
// An echo server for ten thousand connections in one thread, by io_uring where the kernel has it and lets this program
// use it, else by epoll.
//
//     ring_echo [port] [seconds] [way]    default 7007, 30 and ring: how long a connection may be silent; port 0 picks
//                                         a free one; the way `poller` does not ask for a ring
//
// A connection has one buffer, which is received into or sent from, never both: a peer that does not read is not read
// from either.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/completion.hpp>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/readiness.hpp>
#include <optional>

#include "terminal.hpp"

namespace {

using namespace estate;
using Listener = ListeningSocket<Tcp<V4>>;
constexpr std::uint32_t most = 10'000;
using Patience = std::chrono::seconds;

//! [kinds]
using Peer = ConnectedSocket<Tcp<V4>>;
using Accept = Flight<op::accept, Listener>;
using Receive = Flight<op::recv, Peer, SlabBuffer>;
using Send = Flight<op::send_all, Peer, SlabBuffer>;
using Server = Ring<most + 1, Receive, Send, Accept>;  // what is in flight at most; 1 MB
BufferSlab<448, most> buffers;
//! [kinds]

//! [ring]
result<void> serve_by_ring(Listener listener, Patience patience, posix::Uring probed) {
    static Server ring(std::move(probed));
    const auto in_time = [&] { return Deadline::in(patience, ring.now()); };
    Wheel wheel(ring.now());
    Timer rest;
    std::optional<Listener> resting;
    std::optional<Error> fatal;
    const auto let_rest = [&](Listener door) {
        resting.emplace(std::move(door));
        wheel.arm(rest, Deadline::at(ring.now() + rest_of_accept));
    };
    const auto accept = [&](Listener door) {
        auto begun = ring.accept<Accept>(std::move(door));
        if (!begun) let_rest(std::move(begun).error().socket);
    };
    accept(std::move(listener));
    const auto ran = ring.run(
        [&] { return !fatal; },
        on<Accept>([&](Done<Accept> accepted) {
            if (accepted.outcome) {
                auto buffer = buffers.take();  // without one, the peer is turned away by closing it
                if (buffer) {
                    static_cast<void>(ring.submit<Receive>(std::move(accepted.outcome).value(),
                                                           std::move(buffer).value(), in_time()));
                }
                return accept(std::move(accepted.socket));
            }
            switch (classify_accept(accepted.outcome.error())) {
                case AcceptFailure::fatal: fatal = accepted.outcome.error(); return;
                case AcceptFailure::resources: return let_rest(std::move(accepted.socket));
                case AcceptFailure::retry:
                case AcceptFailure::stopped: return accept(std::move(accepted.socket));
            }
        }),
        on<Receive>([&](Done<Receive> got) {
            if (!got.outcome) return;  // the end, an error or silence: the socket closes, the slab has its buffer again
            const Part part{0, got.outcome.value()};
            static_cast<void>(ring.submit<Send>(std::move(got.socket), std::move(got.buffer), in_time(), part));
        }),
        on<Send>([&](Done<Send> sent) {
            if (!sent.outcome) return;
            static_cast<void>(ring.submit<Receive>(std::move(sent.socket), std::move(sent.buffer), in_time()));
        }),
        on_timeout(wheel, [&](Timer&) { accept(std::move(*resting)); }));
    return fatal ? *fatal : ran;
}
//! [ring]

// The same by a poller; ready_echo.cpp explains it.

using Listen = On<ListeningSocket<NonBlocking<Tcp<V4>>>, interest::acceptable>;
using Talk = On<ConnectedSocket<NonBlocking<Tcp<V4>>>, interest::duplex>;
struct Connection {
    Watched<Talk> socket;
    Timer silence;
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    std::array<std::byte, 448> buffer;
};
std::array<Connection, most + 64> connections;

Next<Talk> echo(Ready<Talk> ready, Connection& peer) {
    for (;;) {
        if (peer.first < peer.last) {
            const auto sent = ready.send(std::span(peer.buffer).subspan(peer.first, peer.last - peer.first));
            if (!sent) return std::move(ready).close();
            if (sent.value().would_block()) return std::move(ready).next();
            peer.first = static_cast<std::uint16_t>(peer.first + sent.value().value());
        } else {
            const auto got = ready.recv(peer.buffer);
            if (!got) return std::move(ready).close();
            if (got.value().would_block()) return std::move(ready).next();
            peer.first = 0;
            peer.last = static_cast<std::uint16_t>(got.value().value());
        }
    }
}

result<void> serve_by_poller(Listener waits, Patience patience) {
    BOOST_OUTCOME_TRY(auto never_waits, std::move(waits).set_nonblocking());
    BOOST_OUTCOME_TRY(auto poller, (Poller<Talk, Listen>::open()));
    BOOST_OUTCOME_TRY(auto listener, poller.watch<Listen>(std::move(never_waits)));
    Wheel wheel(poller.now());
    const auto in_time = [&] { return Deadline::in(patience, poller.now()); };
    const auto accept = [&](Ready<Listen> ready) -> Next<Listen> {
        auto accepted = ready.accept();
        if (accepted && !accepted.value().would_block()) {
            auto watched = poller.watch<Talk>(std::move(accepted).value().value());
            const std::size_t index = watched ? watched.value().index() : connections.size();
            if (index < connections.size()) {
                Connection& peer = connections[index];
                peer.socket = std::move(watched).value();
                peer.first = peer.last = 0;
                wheel.arm(peer.silence, in_time(), peer.socket.index());
            }
        }
        return std::move(ready).next();
    };
    const auto talk = [&](Ready<Talk> ready) -> Next<Talk> {
        Connection& peer = connections[ready.index()];
        wheel.arm(peer.silence, in_time(), ready.index());
        auto next = echo(std::move(ready), peer);
        if (peer.socket.is_empty()) peer.silence.cancel();
        return next;
    };
    return poller.run([] { return true; }, on(listener, accept),
                      on<Talk>([](std::uint32_t index) { return &connections[index].socket; }, talk),
                      on_timeout(wheel, [](Timer& silence) { connections[silence.id()].socket.close(); }));
}

const char* text_of(RingFailure why) {
    switch (why) {
        case RingFailure::absent: return "the kernel has no io_uring, or a filter hides it";
        case RingFailure::forbidden: return "io_uring is forbidden here (kernel.io_uring_disabled, or a container's filter)";
        case RingFailure::outdated: return "io_uring is older than Linux 6.1";
        case RingFailure::resources: return "too few descriptors or too little memory for a ring";
        case RingFailure::other: break;
    }
    return "io_uring does not work";
}

result<void> serve(Port port, Patience patience, bool wants_ring) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(Ipv4Address::loopback(), port));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);
    if (!wants_ring) return serve_by_poller(std::move(listener), patience);
    //! [probe]
    auto probed = Server::probe();
    if (probed) return serve_by_ring(std::move(listener), patience, std::move(probed).value());
    std::fprintf(stderr, "ring_echo: %s; by a poller\n", text_of(posix::Uring::classify(probed.error())));
    return serve_by_poller(std::move(listener), patience);
    //! [probe]
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "ring_echo [port] [seconds] [ring|poller]";
    const auto patience = Patience(argc > 2 ? std::atoi(argv[2]) : 30);
    const std::string_view way = argc > 3 ? argv[3] : "ring";
    if (argc > 4 || patience.count() <= 0 || (way != "ring" && way != "poller") || terminal::asks_for_help(argc, argv)) {
        return terminal::explain(argc, argv, usage);
    }
    const auto port = Port::parse(argc > 1 ? argv[1] : "7007");
    const auto done = port ? serve(port.value(), patience, way == "ring") : result<void>(port.error());
    return done ? 0 : terminal::fail("ring_echo", done.error(), usage);
}
