// SPDX-License-Identifier: BSL-1.0
//
// A TCP echo server and its client, IPv4 and IPv6.
//
//     tcp_echo server [ip] [port] [--once]    default 127.0.0.1 7007; port 0 picks a free one, which is printed.
//                                             --once: serve one connection and exit
//     tcp_echo client ip port text            sends text (not empty) and prints what comes back; fails
//                                             unless it is the same

#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string>
#include <string_view>
#include <thread>

namespace {

using namespace estate;
using namespace std::chrono_literals;

/// From now on.
Deadline in(std::chrono::seconds time) { return std::chrono::steady_clock::now() + time; }

//! [echo]
/// Sends back what comes until the peer ends. Works on any byte stream: TCP of both families, leased or not.
template <ByteStream Stream>
result<std::size_t> echo(Stream& stream) {
    std::size_t total = 0;
    for (std::byte room[4096];;) {
        const auto size = stream.recv(room);
        if (!size && size.error() == errc::end_of_stream) return total;
        if (!size) return size.error();
        BOOST_OUTCOME_TRY(stream.send_all(std::span(room).first(size.value())));
        total += size.value();
    }
}
//! [echo]

/// Owns the connection until it has ended.
template <Family F>
void serve_one(ConnectedSocket<Tcp<F>> peer) {
    const auto total = echo(peer);
    const auto ended = std::move(peer).finish(in(5s));
    if (!total) std::printf("failed: %s\n", total.error().message());
    if (total) std::printf("echoed %zu bytes%s\n", total.value(), ended ? "" : ", the peer did not end in time");
    std::fflush(stdout);
}

//! [server]
template <Family F>
result<void> serve(IpAddress<F> ip, Port port, bool once) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(ip, port));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);

    for (;;) {
        auto peer = listener.accept();
        if (!peer) {
            if (classify_accept(peer.error()) == AcceptFailure::fatal) return peer.error();
            if (classify_accept(peer.error()) == AcceptFailure::resources) std::this_thread::sleep_for(50ms);
            continue;
        }
        if (once) return serve_one<F>(std::move(peer).value()), success();
        std::thread(serve_one<F>, std::move(peer).value()).detach();
    }
}
//! [server]

//! [client]
template <Family F>
result<void> ask(IpAddress<F> ip, Port port, std::string_view text) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    BOOST_OUTCOME_TRY(auto server, std::move(created).connect({ip, port}, in(5s)));
    BOOST_OUTCOME_TRY(server.send_all(text, in(5s)));
    BOOST_OUTCOME_TRY(auto ending, std::move(server).shutdown_send());  // no send() from here on

    std::string answer(text.size(), '\0');
    BOOST_OUTCOME_TRY(ending.recv_exact(std::as_writable_bytes(std::span(answer)), in(5s)));
    BOOST_OUTCOME_TRY(std::move(ending).finish(in(5s)));
    std::printf("%s\n", answer.c_str());
    if (answer == text) return success();
    std::fprintf(stderr, "this is not what was sent\n");
    return errc::invalid_argument;
}
//! [client]

/// Calls run with the address as the type of its family.
template <class Run>
result<void> with_address(std::string_view ip, Run run) {
    if (const auto v4 = Ipv4Address::parse(ip)) return run(v4.value());
    BOOST_OUTCOME_TRY(const auto v6, Ipv6Address::parse(ip));
    return run(v6);
}

int usage() {
    std::fprintf(stderr, "usage: tcp_echo server [ip] [port] [--once]\n       tcp_echo client ip port text\n");
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return usage();
    const std::string_view mode = argv[1];
    const bool once = std::string_view(argv[argc - 1]) == "--once";
    const int given = argc - 2 - (once ? 1 : 0);
    const bool asks = mode == "client" && given == 3 && argv[4][0] != '\0';
    if (!asks && (mode != "server" || given < 0 || given > 2)) return usage();

    const auto port = Port::parse(given > 1 ? argv[3] : "7007");
    const auto run = [&](auto ip) {
        return asks ? ask(ip, port.value(), argv[4]) : serve(ip, port.value(), once);
    };
    const auto done = port ? with_address(given > 0 ? argv[2] : "127.0.0.1", run) : result<void>(port.error());
    if (!done) {
        std::fprintf(stderr, "tcp_echo: %s\n", done.error().message());
        return 1;
    }
}
