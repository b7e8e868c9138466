// SPDX-License-Identifier: BSL-1.0
//
// Chapter 6 of the tutorial: UDP. The server answers each datagram; the client asks again when no answer comes.
//
//     postcards serve             listens on 127.0.0.1, port 7006
//     postcards TEXT              sends the text and prints the answer

//! [program]
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>

using namespace estate;
using namespace std::chrono_literals;

const SocketAddress<V4> here{"127.0.0.1"_ip4, 7006};

result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, udp_v4());
    BOOST_OUTCOME_TRY(auto socket, std::move(created).bind(here));  // no listen(), no accept(): there are no connections
    for (std::byte buffer[1000];;) {
        BOOST_OUTCOME_TRY(const auto card, socket.recv_from(buffer));
        std::printf("%zu bytes from %s\n", card.size, to_text(card.sender).c_str());
        std::fflush(stdout);
        if (card.truncated) continue;  // it was larger than the buffer; the rest is gone
        const auto sent = socket.send_to(std::span(buffer).first(card.size), card.sender);
        if (!sent) std::fprintf(stderr, "no answer to %s: %s\n", to_text(card.sender).c_str(), sent.error().message());
    }
}

result<void> ask(std::string_view text) {
    BOOST_OUTCOME_TRY(auto created, udp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_any());
    BOOST_OUTCOME_TRY(auto server, std::move(bound).connect(here));  // from now on it hears the server alone
    for (int attempt = 1; attempt <= 3; ++attempt) {
        const auto until = in(300ms);
        BOOST_OUTCOME_TRY(server.send(text));
        std::byte buffer[1000];
        const auto answer = server.recv(buffer, until);
        if (answer) {
            for (const char c : as_text(std::span(buffer).first(answer.value().size))) {
                std::putchar(c == '\n' || (c >= ' ' && c <= '~') ? c : '.');  // other bytes could steer the terminal
            }
            std::putchar('\n');
            return success();
        }
        if (answer.error() != errc::deadline_exceeded) return answer.error();
        std::fprintf(stderr, "attempt %d: no answer\n", attempt);  // lost on the way, or on the way back
    }
    return errc::deadline_exceeded;
}

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    if (argc != 2 || helps) return std::fputs("usage: postcards serve | postcards TEXT\n", helps ? stdout : stderr), helps ? 0 : 2;
    const auto done = std::string_view(argv[1]) == "serve" ? serve() : ask(argv[1]);
    if (!done) std::fprintf(stderr, "postcards: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [program]
