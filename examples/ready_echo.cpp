// SPDX-License-Identifier: BSL-1.0
//
// An echo server for ten thousand connections in one thread, whose memory is all there when it starts. Also a component of
// WASI, for 255.
//
//     ready_echo [port] [seconds]    default 7007 and 30: how long a connection may be silent; port 0 picks a free one
//
// A connection whose peer does not read is not read from either: nothing is kept for it but one buffer.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/readiness.hpp>

#include "allow_reuse.hpp"
#include "terminal.hpp"

namespace {

using namespace estate;

//! [kinds]
using Listen = On<ListeningSocket<NonBlocking<Tcp<V4>>>, interest::acceptable>;
using Talk = On<ConnectedSocket<NonBlocking<Tcp<V4>>>, interest::duplex>;
//! [kinds]

//! [memory]
struct Connection {
    Watched<Talk> socket;
    Timer silence;
    std::uint16_t first = 0;  // what was received and not sent yet
    std::uint16_t last = 0;
    std::array<std::byte, 448> buffer;
};
std::array<Connection, 12'000> connections;  // by Watched::index(); 6 MB, and no more
//! [memory]

//! [handler]
/// Sends back what came, as far as the peer takes it; reads on only when nothing is left to send.
Next<Talk> echo(Ready<Talk> ready, Connection& peer) {
    for (;;) {
        if (peer.first < peer.last) {
            const auto unsent = std::span(peer.buffer).subspan(peer.first, peer.last - peer.first);
            const auto sent = ready.send(unsent);
            if (!sent) return std::move(ready).close();
            if (sent.value().would_block()) return std::move(ready).next();
            peer.first = static_cast<std::uint16_t>(peer.first + sent.value().value());
        } else {
            const auto got = ready.recv(peer.buffer);
            if (!got) return std::move(ready).close();  // the end, or an error
            if (got.value().would_block()) return std::move(ready).next();
            peer.first = 0;
            peer.last = static_cast<std::uint16_t>(got.value().value());
        }
    }
}
//! [handler]

//! [serve]
result<void> serve(Port port, std::chrono::seconds patience) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(allow_reuse(created));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(Ipv4Address::loopback(), port));
    BOOST_OUTCOME_TRY(auto listening, std::move(bound).listen());
    BOOST_OUTCOME_TRY(auto never_waits, std::move(listening).set_nonblocking());
    BOOST_OUTCOME_TRY(auto poller, (Poller<Talk, Listen>::open()));
    BOOST_OUTCOME_TRY(auto listener, poller.watch<Listen>(std::move(never_waits)));
    BOOST_OUTCOME_TRY(const auto here, listener.socket().local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);

    Wheel wheel(poller.now());
    const auto accept = [&](Ready<Listen> ready) -> Next<Listen> {
        auto accepted = ready.accept();
        if (accepted && !accepted.value().would_block()) {
            auto watched = poller.watch<Talk>(std::move(accepted).value().value());
            const std::size_t index = watched ? watched.value().index() : connections.size();
            if (index < connections.size()) {  // the last ones are turned away by closing them
                Connection& peer = connections[index];
                peer.socket = std::move(watched).value();
                peer.first = peer.last = 0;
                wheel.arm(peer.silence, Deadline::in(patience, poller.now()), peer.socket.index());
            }
        }
        return std::move(ready).next();  // an accept() that fails for lack of descriptors lets the listener rest
    };
    const auto talk = [&](Ready<Talk> ready) -> Next<Talk> {
        Connection& peer = connections[ready.index()];
        wheel.arm(peer.silence, Deadline::in(patience, poller.now()), ready.index());
        auto next = echo(std::move(ready), peer);
        if (peer.socket.is_empty()) peer.silence.cancel();
        return next;
    };
    return poller.run([] { return true; }, on(listener, accept),
                      on<Talk>([](std::uint32_t index) { return &connections[index].socket; }, talk),
                      on_timeout(wheel, [](Timer& silence) { connections[silence.id()].socket.close(); }));
}
//! [serve]

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "ready_echo [port] [seconds]";
    const auto patience = std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 30);
    if (argc > 3 || patience.count() <= 0 || terminal::asks_for_help(argc, argv)) {
        return terminal::explain(argc, argv, usage);
    }
    const auto port = Port::parse(argc > 1 ? argv[1] : "7007");
    const auto done = port ? serve(port.value(), patience) : result<void>(port.error());
    return done ? 0 : terminal::fail("ready_echo", done.error(), usage);
}
