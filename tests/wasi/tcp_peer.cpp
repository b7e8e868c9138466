// SPDX-License-Identifier: BSL-1.0
//
// Both ends of a TCP conversation, of either family, for run.py:
//
//     tcp_peer serve IP COUNT       answers COUNT connections, each with what it sent, and ends. Says where it listens
//     tcp_peer ask IP PORT TEXT     sends TEXT, receives as much and prints it

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string>

namespace {

using namespace estate;
using namespace std::chrono_literals;

Deadline soon() { return std::chrono::steady_clock::now() + 10s; }

template <Family F>
result<void> serve(IpAddress<F> ip, int count) {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(ip, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);
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

template <class Run>
result<void> with_address(std::string_view ip, Run run) {
    if (const auto v4 = Ipv4Address::parse(ip)) return run(v4.value());
    BOOST_OUTCOME_TRY(const auto v6, Ipv6Address::parse(ip));
    return run(v6);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    const auto done = with_address(argv[2], [&](auto ip) {
        if (argc == 4) return serve(ip, std::atoi(argv[3]));
        return ask(ip, Port::parse(argv[3]).value(), argv[4]);
    });
    if (done) return 0;
    std::fprintf(stderr, "tcp_peer: %s\n", done.error().message());
    return 1;
}
