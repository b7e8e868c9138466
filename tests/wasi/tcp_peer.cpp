// SPDX-License-Identifier: BSL-1.0
//
// Both ends of a TCP conversation, of either family, for run.py:
//
//     tcp_peer serve IP COUNT       answers COUNT connections, each with what it sent, and ends. Says where it listens
//     tcp_peer ask IP PORT TEXT     sends TEXT, receives as much and prints it
//     tcp_peer give IP              accepts one connection, sends once its end has come until the pipe is full,
//                                   finishes and prints how much it gave
//     tcp_peer crowd IP             connects to itself until the system has no more descriptors, gives them up and
//                                   connects once more

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string>
#include <vector>

namespace {

using namespace estate;
using namespace std::chrono_literals;

Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }
Deadline soon() { return in(10s); }

template <Family F>
result<ListeningSocket<Tcp<F>>> listen(IpAddress<F> ip) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(ip, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);
    return listener;
}

template <Family F>
result<void> serve(IpAddress<F> ip, int count) {
    BOOST_OUTCOME_TRY(const auto listener, listen(ip));
    for (; count > 0; --count) {
        BOOST_OUTCOME_TRY(auto peer, listener.accept(soon()));
        for (std::byte room[4096];;) {
            const auto got = peer.recv(room, soon());
            if (!got && got.error() == errc::end_of_stream) break;
            if (!got) return got.error();
            BOOST_OUTCOME_TRY(peer.send_all(std::span(room).first(got.value())));
        }
    }
    return success();
}

template <Family F>
result<void> ask(IpAddress<F> ip, Port port, std::string_view text) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    BOOST_OUTCOME_TRY(auto server, std::move(created).connect({ip, port}, soon()));
    BOOST_OUTCOME_TRY(server.send_all(text));
    std::string answer(text.size(), '\0');
    BOOST_OUTCOME_TRY(server.recv_exact(std::as_writable_bytes(std::span(answer)), soon()));
    std::printf("%s\n", answer.c_str());
    BOOST_OUTCOME_TRY(std::move(server).close());
    return success();
}

template <Family F>
result<void> give(IpAddress<F> ip) {
    BOOST_OUTCOME_TRY(const auto listener, listen(ip));
    BOOST_OUTCOME_TRY(auto peer, listener.accept(soon()));
    std::byte room[16];
    const auto got = peer.recv(room, soon());
    if (got || got.error() != errc::end_of_stream) return errc::invalid_argument;
    const std::vector<std::byte> much(1 << 20);
    std::size_t total = 0;
    while (const auto sent = peer.send(much, in(50ms))) total += sent.value();
    BOOST_OUTCOME_TRY(std::move(peer).finish(soon()));
    std::printf("gave %zu\n", total);
    return success();
}

template <Family F>
result<void> crowd(IpAddress<F> ip) {
    BOOST_OUTCOME_TRY(const auto listener, listen(ip));
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    const auto connect_once = [&]() -> result<std::pair<ConnectedSocket<Tcp<F>>, ConnectedSocket<Tcp<F>>>> {
        BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
        BOOST_OUTCOME_TRY(auto client, std::move(created).connect(here, in(500ms)));
        BOOST_OUTCOME_TRY(auto server, listener.accept(in(500ms)));
        return std::pair(std::move(client), std::move(server));
    };
    {
        std::vector<std::pair<ConnectedSocket<Tcp<F>>, ConnectedSocket<Tcp<F>>>> all;
        for (;;) {
            auto next = connect_once();
            if (!next && classify_accept(next.error()) == AcceptFailure::fatal) return next.error();
            if (!next) break;
            all.push_back(std::move(next).value());
        }
        std::printf("%zu connections fit\n", all.size());
    }
    while (listener.accept(Deadline::at_once())) {
    }  // whose client was given up
    BOOST_OUTCOME_TRY(connect_once());
    return success();
}

template <class Run>
result<void> with_address(std::string_view ip, Run run) {
    if (const auto v4 = Ipv4Address::parse(ip)) return run(v4.value());
    BOOST_OUTCOME_TRY(const auto v6, Ipv6Address::parse(ip));
    return run(v6);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const std::string_view mode = argv[1];
    const auto done = with_address(argv[2], [&](auto ip) {
        if (mode == "give") return give(ip);
        if (mode == "crowd") return crowd(ip);
        if (mode == "serve") return serve(ip, std::atoi(argv[3]));
        return ask(ip, Port::parse(argv[3]).value(), argv[4]);
    });
    if (done) return 0;
    std::fprintf(stderr, "tcp_peer: %s\n", done.error().message());
    return 1;
}
