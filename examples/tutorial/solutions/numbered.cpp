// SPDX-License-Identifier: BSL-1.0
// Chapter 6: requests have numbers, so that a late answer is not taken for the answer to the next request.
//     numbered COUNT              asks the server of chapter 6

//! [solution]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>

using namespace estate;
using namespace std::chrono_literals;

result<void> ask(ConnectedSocket<Udp<V4>>& server, int number) {
    char request[32];
    const int size = std::snprintf(request, sizeof request, "request %d", number);
    const std::string_view text(request, static_cast<std::size_t>(size));
    const auto until = in(1s);  // for this request, whatever else arrives meanwhile
    BOOST_OUTCOME_TRY(server.send(text));
    for (std::byte buffer[1000];;) {
        BOOST_OUTCOME_TRY(const auto answer, server.recv(buffer, until));
        if (as_text(std::span(buffer).first(answer.size)) == text) return success();
    }
}

result<void> run(int count) {
    BOOST_OUTCOME_TRY(auto created, udp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_any());
    BOOST_OUTCOME_TRY(auto server, std::move(bound).connect(SocketAddress<V4>{"127.0.0.1"_ip4, 7006}));
    for (int number = 1; number <= count; ++number) {
        BOOST_OUTCOME_TRY(ask(server, number));
    }
    std::printf("%d answers\n", count);
    return success();
}

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    const int count = argc > 1 ? std::atoi(argv[1]) : 3;
    if (argc > 2 || count <= 0) return std::fputs("usage: numbered [COUNT]\n", helps ? stdout : stderr), helps ? 0 : 2;
    const auto done = run(count);
    if (!done) std::fprintf(stderr, "numbered: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [solution]
