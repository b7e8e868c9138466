// SPDX-License-Identifier: BSL-1.0
//
// Measures the way to a UDP server and back, IPv4 and IPv6.
//
//     udp_ping server [ip] [port] [--once N]   default 127.0.0.1 7008; port 0 picks a free one, which is printed.
//                                              --once N: answer N datagrams and exit
//     udp_ping client ip port [count]          default 3 pings; fails when one stays unanswered for a second

#include <charconv>
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string_view>

#include "terminal.hpp"

namespace {

using namespace estate;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

//! [server]
template <Family F>
result<void> serve(IpAddress<F> ip, Port port, long answers) {
    BOOST_OUTCOME_TRY(auto created, new_udp<F>());
    BOOST_OUTCOME_TRY(auto socket, std::move(created).bind_to_ip(ip, port));
    BOOST_OUTCOME_TRY(const auto here, socket.local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);

    for (std::byte buffer[1500]; answers != 0;) {
        BOOST_OUTCOME_TRY(const auto ping, socket.recv_from(buffer));
        const auto from = to_text(ping.sender);
        if (ping.truncated) {
            std::printf("not answered: more than %zu bytes from %s\n", sizeof buffer, from.c_str());
        } else if (const auto sent = socket.send_to(std::span(buffer).first(ping.size), ping.sender); !sent) {
            // A client with port 0, or one that no answer can reach, does not end the server.
            std::printf("not answered: %s: %s\n", from.c_str(), sent.error().message());
        } else {
            std::printf("answered %zu bytes to %s\n", sent.value(), from.c_str());
            if (answers > 0) --answers;
        }
        std::fflush(stdout);
    }
    return success();
}
//! [server]

//! [client]
template <Family F>
result<void> ping(IpAddress<F> ip, Port port, long count) {
    BOOST_OUTCOME_TRY(auto created, new_udp<F>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_any());
    // With its peer fixed, the socket hears that peer only, and is told when nobody listens there.
    BOOST_OUTCOME_TRY(auto server, std::move(bound).connect({ip, port}));

    for (long number = 1; number <= count; ++number) {
        char text[32];
        const int length = std::snprintf(text, sizeof text, "ping %ld", number);
        const std::string_view request(text, static_cast<std::size_t>(length));
        const auto start = Clock::now();
        BOOST_OUTCOME_TRY(server.send(request));
        for (std::byte buffer[1500];;) {
            BOOST_OUTCOME_TRY(const auto pong, server.recv(buffer, start + 1s));
            if (as_text(std::span(buffer).first(pong.size)) == request) break;  // another one: late, of an earlier ping
        }
        const std::chrono::duration<double, std::micro> took = Clock::now() - start;
        std::printf("%s answered in %.0f us\n", text, took.count());
    }
    return success();
}
//! [client]

/// Calls run with the address as the type of its family.
template <class Run>
result<void> with_address(std::string_view ip, Run run) {
    if (const auto v4 = Ipv4Address::parse(ip)) return run(v4.value());
    BOOST_OUTCOME_TRY(const auto v6, Ipv6Address::parse(ip));
    return run(v6);
}

/// A whole number of 1 or more; 0 where the text is none.
long count_of(std::string_view text) {
    long number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

}  // namespace

int main(int argc, char** argv) {
    const char* const usage = "udp_ping server [ip] [port] [--once N]\n       udp_ping client ip port [count]";
    const auto explain = [&] { return terminal::explain(argc, argv, usage); };
    if (argc < 2) return explain();
    const std::string_view mode = argv[1];
    const bool once = mode == "server" && argc > 3 && std::string_view(argv[argc - 2]) == "--once";
    const int given = argc - 2 - (once ? 2 : 0);
    if (mode == "server" ? given > 2 : mode != "client" || given < 2 || given > 3) return explain();
    const long count = once ? count_of(argv[argc - 1]) : given > 2 ? count_of(argv[4]) : mode == "server" ? -1 : 3;
    if (count == 0) return explain();

    const auto port = Port::parse(given > 1 ? argv[3] : "7008");
    const auto run = [&](auto ip) {
        return mode == "server" ? serve(ip, port.value(), count) : ping(ip, port.value(), count);
    };
    const auto done = port ? with_address(given > 0 ? argv[2] : "127.0.0.1", run) : result<void>(port.error());
    return done ? 0 : terminal::fail("udp_ping", done.error(), usage);
}
