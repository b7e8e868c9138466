// SPDX-License-Identifier: BSL-1.0
//
// Chapter 9 of the tutorial: what failures leave. Looks for a free port from 7009 on, with one socket.

//! [program]
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>

using namespace estate;
using namespace std::chrono_literals;

/// A failed bind gives the socket back, so the next port is tried with the same one.
result<ListeningSocket<Tcp<V4>>> listen_from(std::uint16_t first) {
    BOOST_OUTCOME_TRY(auto socket, tcp_v4());
    for (std::uint16_t number = first; number != first + 10; ++number) {
        auto bound = std::move(socket).bind_to_ip("127.0.0.1"_ip4, number);
        if (bound) {
            BOOST_OUTCOME_TRY(auto listener, std::move(bound).value().listen());
            return listener;
        }
        std::printf("port %u: %s\n", unsigned{number}, bound.error().message());
        socket = std::move(bound.error().socket);  // still a CreatedSocket
    }
    return Error::system(EADDRINUSE);
}

/// A failed connect leaves a ClosedSocket: each attempt needs a socket of its own.
result<void> visit(SocketAddress<V4> server) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    auto connected = std::move(created).connect(server, in(2s));
    std::printf("visit: %s\n", connected ? "connected" : connected.error().message());
    return success();
}

result<void> run() {
    BOOST_OUTCOME_TRY(auto first, listen_from(7009));
    BOOST_OUTCOME_TRY(auto second, listen_from(7009));
    BOOST_OUTCOME_TRY(const auto there, second.local_addr());
    std::printf("the second server has port %u\n", unsigned{there.port().number()});
    BOOST_OUTCOME_TRY(visit(there));
    BOOST_OUTCOME_TRY(std::move(second).close());
    BOOST_OUTCOME_TRY(visit(there));
    return success();
}

int main() {
    const auto done = run();
    if (!done) std::fprintf(stderr, "next_port: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [program]
