// SPDX-License-Identifier: BSL-1.0
//
// Connects to a host by its name, over whichever family answers first, and reports every attempt.
//
//     connect_any host service       a service is a name or a port
//     connect_any                    a listener of its own, on localhost

#include <chrono>
#include <cstdio>
#include <estate/connect_any.hpp>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string>

#include "terminal.hpp"

namespace {

using namespace estate;

void print(const ConnectAttempts& attempts) {
    for (const auto& each : attempts) {
        const auto to = each.to.visit([](const auto& address) { return std::string(to_text(address).view()); });
        switch (each.end) {
            case ConnectAttempt::End::connected: std::printf("%s: connected\n", to.c_str()); break;
            case ConnectAttempt::End::failed: std::printf("%s: %s\n", to.c_str(), each.why.message()); break;
            case ConnectAttempt::End::given_up: std::printf("%s: given up\n", to.c_str()); break;
        }
    }
}

//! [connect]
/// Says hello to a host, whether it has IPv4, IPv6 or both.
result<void> greet(std::string_view host, std::string_view service) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    const auto server = connect_any(host, service, until);
    if (!server) {
        print(server.error().attempts);
        return server.error();
    }
    print(server.value().attempts);
    BOOST_OUTCOME_TRY(std::visit([](const auto& peer) { return peer.send("hello\r\n"); }, server.value().socket));
    return success();
}
//! [connect]

result<void> greet_myself() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(SocketAddress<V4>::loopback(0)));
    BOOST_OUTCOME_TRY(const auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto port, listener.local_port());
    return greet("localhost", std::to_string(port.number()));  // [::1], if localhost has it, refuses
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "connect_any [host service]";
    if (argc != 1 && argc != 3) return terminal::explain(argc, argv, usage);
    const auto done = argc == 3 ? greet(argv[1], argv[2]) : greet_myself();
    return done ? 0 : terminal::fail("connect_any", done.error(), usage);
}
