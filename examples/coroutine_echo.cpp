// SPDX-License-Identifier: BSL-1.0
//
// An echo server with a coroutine for each connection, whose memory is all there when it starts. Also a component of WASI,
// for 255.
//
//     coroutine_echo [port] [seconds]    default 7009 and 30: how long a connection may be silent; port 0 picks a free one
//
// Interrupt it (Ctrl-C): every task is stopped where it waits, and the program ends when all have ended. A component has no
// signals; its host ends it.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/coroutines.hpp>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>

#include "allow_reuse.hpp"
#include "terminal.hpp"
#if defined(ESTATE_NATIVE_WAKER)
#include <csignal>
#endif

namespace {

using namespace estate;

//! [types]
using Peer = Async<ConnectedSocket<NonBlocking<Tcp<V4>>>>;
using Door = Async<ListeningSocket<NonBlocking<Tcp<V4>>>>;
//! [types]

//! [echo]
/// Sends back what comes, until the peer has said all or is silent for too long.
Task<> echo(Scope& scope, Peer peer, std::chrono::seconds patience) {
    for (std::byte buffer[512];;) {
        const auto got = co_await peer.recv(buffer, scope.loop().in(patience));
        if (!got) co_return success();  // the end, an error, its time is over, or the scope was stopped
        BOOST_OUTCOME_CO_TRYV(co_await peer.send_all(ConstBuffer(buffer, got.value()), scope.loop().in(patience)));
    }
}
//! [echo]

//! [serve]
/// A task in `peers` for each that connects; who finds no frame is turned away.
Task<> serve(Scope& scope, Door door, std::chrono::seconds patience) {
    Scope peers(scope);
    for (;;) {
        auto accepted = co_await door.accept();
        if (scope.is_stopped()) co_return success();  // leaving `peers` stops its tasks and waits for them
        if (!accepted) {
            if (classify_accept(accepted.error()) == AcceptFailure::fatal) co_return accepted.error();
            const auto rest = Deadline::at(scope.loop().now() + rest_of_accept);  // out of descriptors, for example
            BOOST_OUTCOME_CO_TRYV(co_await sleep_until(rest));
            continue;
        }
        auto peer = scope.loop().watch(std::move(accepted).value());
        if (peer) static_cast<void>(peers.spawn(echo(peers, std::move(peer).value(), patience)));
    }
}
//! [serve]

//! [memory]
FrameSlab<1536, 4'000> frames;  // 6 MB, and no more
//! [memory]

#if defined(ESTATE_NATIVE_WAKER)
result<Waker> waker = Waker::open();

//! [interrupt]
template <class Loop>
result<void> run_until_interrupted(Loop& loop, Scope& scope) {
    if (!waker) return waker.assume_error();
    std::signal(SIGINT, [](int) { waker.assume_value().wake(); });
    return loop.run(scope, waker.assume_value());
}
//! [interrupt]
#else
template <class Loop>
result<void> run_until_interrupted(Loop& loop, Scope& scope) {
    return loop.run(scope);
}
#endif

//! [run]
result<void> run(Port port, std::chrono::seconds patience) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(allow_reuse(created));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(Ipv4Address::loopback(), port));
    BOOST_OUTCOME_TRY(auto listening, std::move(bound).listen());
    BOOST_OUTCOME_TRY(auto never_waits, std::move(listening).set_nonblocking());

    BOOST_OUTCOME_TRY(auto mechanism, NativeMechanism::open());
    NativeLoop<4'096> loop(std::move(mechanism));
    BOOST_OUTCOME_TRY(auto door, loop.watch(std::move(never_waits)));
    BOOST_OUTCOME_TRY(const auto here, door.socket().local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);

    Scope scope(loop, frames);
    BOOST_OUTCOME_TRY(scope.spawn(serve(scope, std::move(door), patience)));
    return run_until_interrupted(loop, scope);
}
//! [run]

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "coroutine_echo [port] [seconds]";
    const auto patience = std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 30);
    if (argc > 3 || patience.count() <= 0 || terminal::asks_for_help(argc, argv)) {
        return terminal::explain(argc, argv, usage);
    }
    const auto port = Port::parse(argc > 1 ? argv[1] : "7009");
    if (!port) return terminal::fail("coroutine_echo", port.error(), usage);
    const auto done = run(port.value(), patience);
    if (!done && done.error() != errc::stopped) return terminal::fail("coroutine_echo", done.error(), usage);
    std::printf("stopped; %zu tasks are left\n", frames.in_use());
    return 0;
}
