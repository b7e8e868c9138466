// SPDX-License-Identifier: BSL-1.0
// Chapter 5: the client sends numbers, one a line, and ends its half; the server answers with their sum.
//     sum serve | sum NUMBER...

//! [solution]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <string>

#include "../lines.hpp"

using namespace estate;
using namespace std::chrono_literals;

const SocketAddress<V4> here{"127.0.0.1"_ip4, 7015};

result<void> add_up(ConnectedSocket<Tcp<V4>> client) {
    long sum = 0;
    Lines lines;
    for (;;) {
        const auto line = lines.next(client, in(10s));
        if (!line && line.error() == errc::end_of_stream) break;
        if (!line) return line.error();
        sum += std::atol(std::string(line.value()).c_str());
    }
    BOOST_OUTCOME_TRY(client.send_all(std::to_string(sum) + '\n', in(10s)));
    return success();
}

result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(here));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    for (;;) {
        BOOST_OUTCOME_TRY(auto client, listener.accept());
        if (const auto done = add_up(std::move(client)); !done) std::fprintf(stderr, "%s\n", done.error().message());
    }
}

result<void> ask(int count, char** numbers) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto server, std::move(created).connect(here, in(5s)));
    for (int i = 0; i < count; ++i) {
        BOOST_OUTCOME_TRY(server.send_all(std::string(numbers[i]) + '\n', in(5s)));
    }
    BOOST_OUTCOME_TRY(auto half, std::move(server).shutdown_send());
    Lines lines;
    BOOST_OUTCOME_TRY(const auto sum, lines.next(half, in(5s)));
    std::printf("%ld\n", std::atol(std::string(sum).c_str()));
    return success();
}

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    bool wrong = argc < 2;
    const bool serves = only == "serve";
    for (int i = 1; i < argc; ++i) {
        char* end = nullptr;
        (void)std::strtol(argv[i], &end, 10);
        wrong = wrong || (!serves && (end == argv[i] || *end != '\0'));
    }
    if (wrong) return std::fputs("usage: sum serve | sum NUMBER...\n", helps ? stdout : stderr), helps ? 0 : 2;
    const auto done = serves ? serve() : ask(argc - 1, argv + 1);
    if (!done) std::fprintf(stderr, "sum: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [solution]
