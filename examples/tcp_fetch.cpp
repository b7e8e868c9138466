// SPDX-License-Identifier: BSL-1.0
//
// Fetches a page by the name of its host, with HTTP/1.0: finds the addresses of the name, tries them in turn,
// IPv6 before IPv4, and says of each that fails why.
//
//     tcp_fetch host [service] [target]        default http and /; service is a name or a port
//
//     tcp_fetch localhost 8080

#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/resolve.hpp>
#include <string>
#include <string_view>

#include "terminal.hpp"

namespace {

using namespace estate;
using namespace std::chrono_literals;

Deadline in(std::chrono::seconds time) { return std::chrono::steady_clock::now() + time; }

//! [connect]
/// A connection to the first address of the host that takes it. Each try has a socket of its own: one whose
/// connect failed is closed.
template <Family F>
result<ConnectedSocket<Tcp<F>>> connect_to(std::string_view host, std::string_view service) {
    const auto found = resolve<F>(host, service, in(10s));
    if (!found) {
        std::fprintf(stderr, "%.*s over %s: %s\n", static_cast<int>(host.size()), host.data(), F::name,
                     found.error().message());
        return found.error();
    }
    Error last = errc::name_no_address;
    for (const auto& address : found.value()) {
        BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
        auto connected = std::move(created).connect(address, in(5s));
        if (connected) return std::move(connected).value();
        last = connected.error();
        std::fprintf(stderr, "%s: %s\n", to_text(address).c_str(), last.message());
    }
    return last;
}
//! [connect]

/// Asks for the target and prints what comes until the server ends.
template <ByteStream Stream>
result<void> fetch(Stream server, std::string_view host, std::string_view target) {
    const auto until = in(30s);
    std::string request("GET ");
    request.append(target).append(" HTTP/1.0\r\nHost: ").append(host).append("\r\n\r\n");
    BOOST_OUTCOME_TRY(server.send_all(request, until));
    for (std::byte buffer[4096];;) {
        const auto size = server.recv(buffer, until);
        if (!size && size.error() == errc::end_of_stream) break;
        if (!size) return size.error();
        terminal::show(as_text(std::span(buffer).first(size.value())));
    }
    BOOST_OUTCOME_TRY(std::move(server).finish(until));
    return success();
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "tcp_fetch host [service] [target]";
    if (argc < 2 || argc > 4 || terminal::asks_for_help(argc, argv)) return terminal::explain(argc, argv, usage);
    const std::string_view host = argv[1];
    const std::string_view service = argc > 2 ? argv[2] : "http";
    const std::string_view target = argc > 3 ? argv[3] : "/";
    const auto done = [&]() -> result<void> {
        if (auto v6 = connect_to<V6>(host, service)) return fetch(std::move(v6).value(), host, target);
        BOOST_OUTCOME_TRY(auto v4, connect_to<V4>(host, service));
        return fetch(std::move(v4), host, target);
    }();
    return done ? 0 : terminal::fail("tcp_fetch", done.error(), usage);
}
