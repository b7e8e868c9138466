// SPDX-License-Identifier: BSL-1.0
//
// The server of coroutine_echo.cpp by io_uring: a coroutine for each connection, whose operations the kernel does by itself.
//
//     ring_coroutine_echo [port] [seconds]    default 7010 and 30: how long a connection may be silent; port 0 picks a
//                                             free one. SIGINT ends it well. Where there is no ring it says so and ends
//                                             with 1; ring_echo.cpp shows how another way is taken then
//
// What a task awaits has the socket and the buffer, and gives both back: nobody can use them meanwhile.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/ring_coroutines.hpp>

#include "terminal.hpp"

namespace {

using namespace estate;
constexpr std::uint32_t most = 1'000;

//! [kinds]
using Listener = ListeningSocket<Tcp<V4>>;
using Peer = ConnectedSocket<Tcp<V4>>;
using Accept = Flight<op::accept, Listener>;
using Receive = Flight<op::recv, Peer, SlabBuffer>;
using Send = Flight<op::send_all, Peer, SlabBuffer>;
using Server = RingLoop<most + 1, Receive, Send, Accept>;
//! [kinds]

BufferSlab<448, most> buffers;
FrameSlab<2'048, most + 1> frames;
result<Waker> waker = Waker::open();

//! [echo]
/// Sends back what comes, until the peer has said all or is silent for too long.
Task<> echo(Scope&, Server& ring, Peer peer, SlabBuffer buffer, std::chrono::seconds patience) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(
            auto got, co_await ring.submit<Receive>(std::move(peer), std::move(buffer), ring.in(patience)));
        if (!got.outcome) co_return success();  // the end, an error, or its time is over; the socket closes
        const Part part{0, got.outcome.value()};
        BOOST_OUTCOME_CO_TRY(auto sent, co_await ring.submit<Send>(std::move(got.socket), std::move(got.buffer),
                                                                   ring.in(patience), part));
        if (!sent.outcome) co_return success();
        peer = std::move(sent.socket);
        buffer = std::move(sent.buffer);
    }
}
//! [echo]

/// A task in `peers` for each that connects; who finds no buffer or frame is turned away.
Task<> serve(Scope& scope, Server& ring, Listener listener, std::chrono::seconds patience) {
    Scope peers(scope);
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await ring.accept<Accept>(std::move(listener)));
        listener = std::move(accepted.socket);
        if (accepted.outcome) {
            auto buffer = buffers.take();
            if (!buffer) continue;
            static_cast<void>(peers.spawn(
                echo(peers, ring, std::move(accepted.outcome).value(), std::move(buffer).value(), patience)));
        } else {
            if (classify_accept(accepted.outcome.error()) == AcceptFailure::fatal) co_return accepted.outcome.error();
            BOOST_OUTCOME_CO_TRYV(co_await sleep_until(Deadline::at(ring.now() + rest_of_accept)));
        }
    }
}

result<void> run(Port port, std::chrono::seconds patience) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(Ipv4Address::loopback(), port));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    BOOST_OUTCOME_TRY(auto probed, Server::probe());
    static Server ring(std::move(probed));
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);
    Scope scope(ring, frames);
    BOOST_OUTCOME_TRY(scope.spawn(serve(scope, ring, std::move(listener), patience)));
    return ring.run(scope, waker.value());
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "ring_coroutine_echo [port] [seconds]";
    const auto patience = std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 30);
    if (argc > 3 || patience.count() <= 0 || terminal::asks_for_help(argc, argv)) {
        return terminal::explain(argc, argv, usage);
    }
    const auto port = Port::parse(argc > 1 ? argv[1] : "7010");
    if (!port) return terminal::fail("ring_coroutine_echo", port.error(), usage);
    if (!waker) return terminal::fail("ring_coroutine_echo", waker.error(), usage);
    std::signal(SIGINT, [](int) { waker.assume_value().wake(); });
    const auto done = run(port.value(), patience);
    if (!done && done.error() != errc::stopped) return terminal::fail("ring_coroutine_echo", done.error(), usage);
    std::printf("stopped; %zu tasks are left\n", frames.in_use());
    return 0;
}
