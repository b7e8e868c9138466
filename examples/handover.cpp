// SPDX-License-Identifier: BSL-1.0
//
// A server that is replaced by another without losing a connection: its listening socket is handed to the new one, which
// may run as another user.
//
//     handover serve PATH        greets on a port of 127.0.0.1, until somebody asks for the socket at PATH
//     handover take PATH [N]     takes the socket over and greets N clients, or all that come
//
//     handover serve /tmp/greeter & nc 127.0.0.1 PORT; handover take /tmp/greeter & nc 127.0.0.1 PORT

#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/unix.hpp>
#include <string>
#include <thread>

#include "terminal.hpp"

using namespace estate;

namespace {

using Listener = ListeningSocket<Tcp<V4>>;

result<void> greet(const Listener& listener, const Waker& waker, long clients) {
    const std::string greeting = "served by process " + std::to_string(::getpid()) + "\n";
    while (clients-- != 0) {
        auto client = listener.accept(waker);
        if (!client && classify_accept(client.error()) == AcceptFailure::retry) continue;
        BOOST_OUTCOME_TRY(auto peer, std::move(client));
        (void)peer.send_all(greeting, in(std::chrono::seconds(2)));
    }
    return success();
}

//! [give]
/// Greets until a client at `path` asks for the listener, and gives it away.
result<void> serve(std::string_view path) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(SocketAddress<V4>::loopback(0)));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());

    BOOST_OUTCOME_TRY(const auto at, UnixAddress::path(path));
    BOOST_OUTCOME_TRY(auto door, unix_stream());
    BOOST_OUTCOME_TRY(auto named, std::move(door).bind_over_stale(at));  // a killed predecessor left its file
    (void)::chmod(at.c_str(), 0666);                                     // whoever can reach the directory may ask
    BOOST_OUTCOME_TRY(auto asked, std::move(named).listen());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);

    BOOST_OUTCOME_TRY(const auto waker, Waker::open());
    std::jthread greeter([&] { (void)greet(listener, waker, -1); });
    auto successor = asked.accept();
    waker.wake();
    greeter.join();
    BOOST_OUTCOME_TRY(const auto peer, std::move(successor));
    BOOST_OUTCOME_TRY(const auto who, peer.peer_credentials());
    std::printf("given to process %d of user %u\n", who.process, who.user);
    BOOST_OUTCOME_TRY(peer.send_socket(std::move(listener)));  // what waits in its backlog goes along
    return success();
}  // and the file at `path` goes with the socket that bound it
//! [give]

//! [take]
result<void> take(std::string_view path, long clients) {
    BOOST_OUTCOME_TRY(const auto at, UnixAddress::path(path));
    BOOST_OUTCOME_TRY(auto created, unix_stream());
    BOOST_OUTCOME_TRY(auto peer, std::move(created).connect(at));
    BOOST_OUTCOME_TRY(auto socket, peer.recv_socket<Tcp<V4>>());
    if (!socket.is<Listening>()) return errc::wrong_transport;
    const auto listener = std::move(socket).take<Listening>();
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);
    BOOST_OUTCOME_TRY(const auto waker, Waker::open());
    return greet(listener, waker, clients);
}
//! [take]

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "handover serve PATH\n       handover take PATH [CLIENTS]";
    const std::string_view mode = argc > 1 ? argv[1] : "";
    const long clients = argc > 3 ? std::atol(argv[3]) : -1;
    const bool serves = mode == "serve" && argc == 3;
    if (!serves && (mode != "take" || argc < 3 || argc > 4 || clients == 0)) return terminal::explain(argc, argv, usage);
    const auto done = serves ? serve(argv[2]) : take(argv[2], clients);
    return done ? 0 : terminal::fail("handover", done.error(), usage);
}
