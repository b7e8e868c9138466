// SPDX-License-Identifier: BSL-1.0
// Chapter 9: connects, and tries again after a pause that doubles, until a deadline.
//     retry ADDRESS PORT

//! [solution]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <random>
#include <thread>

using namespace estate;
using namespace std::chrono_literals;

/// Each attempt has a socket of its own, since a failed connect closes its socket.
/// Errors  the last attempt's; what no second attempt can mend is returned at once.
result<ConnectedSocket<Tcp<V4>>> connect_patiently(SocketAddress<V4> server, Deadline until) {
    std::minstd_rand random{std::random_device{}()};
    for (auto pause = 50ms;; pause = std::min(pause * 2, 2000ms)) {
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        auto connected = std::move(created).connect(server, earlier_of(in(1s), until));
        if (connected) return std::move(connected).value();
        const Error error = connected.error();
        const bool may_pass = error == std::errc::connection_refused || error == errc::deadline_exceeded ||
                              error == std::errc::network_unreachable || error == std::errc::host_unreachable;
        // A random part keeps many clients of a restarted server from coming back at the same moment.
        const auto wait = pause / 2 + std::chrono::milliseconds(random() % static_cast<unsigned>(pause.count() / 2 + 1));
        if (!may_pass || in(wait) >= until) return error;
        std::fprintf(stderr, "%s; again in %ld ms\n", error.message(), static_cast<long>(wait.count()));
        std::this_thread::sleep_for(wait);
    }
}

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    const auto ip = argc == 3 ? Ipv4Address::parse(argv[1]) : result<Ipv4Address>(errc::malformed_address);
    const auto port = argc == 3 ? Port::parse(argv[2]) : result<Port>(errc::malformed_port);
    if (!ip || !port) return std::fputs("usage: retry ADDRESS PORT\n", helps ? stdout : stderr), helps ? 0 : 2;
    const auto server = connect_patiently({ip.value(), port.value()}, in(1s));
    std::printf("%s\n", server ? "connected" : server.error().message());
    return server ? 0 : 1;
}
//! [solution]
