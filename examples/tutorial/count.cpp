// SPDX-License-Identifier: BSL-1.0
//
// Chapter 5 of the tutorial: half-close. The server counts what the client sends and answers when the client has ended
// its half of the connection; the client then still receives the answer.
//
//     count serve                 listens on 127.0.0.1, port 7005
//     count TEXT                  sends the text and prints the answer

//! [program]
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <string>

using namespace estate;
using namespace std::chrono_literals;

const SocketAddress<V4> here{"127.0.0.1"_ip4, 7005};

result<void> count_bytes(ConnectedSocket<Tcp<V4>> client) {
    std::size_t count = 0;
    for (std::byte buffer[1000];;) {
        const auto size = client.recv(buffer, in(10s));
        if (!size && size.error() == errc::end_of_stream) break;  // the client has sent everything
        if (!size) return size.error();
        count += size.value();
    }
    BOOST_OUTCOME_TRY(client.send_all(std::to_string(count) + " bytes\n", in(10s)));
    BOOST_OUTCOME_TRY(std::move(client).close());
    return success();
}

result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind(here));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    for (;;) {
        BOOST_OUTCOME_TRY(auto client, listener.accept());
        const auto counted = count_bytes(std::move(client));
        if (!counted) std::fprintf(stderr, "a client: %s\n", counted.error().message());
    }
}

//! [client]
result<void> ask(std::string_view text) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto server, std::move(created).connect(here, in(5s)));
    BOOST_OUTCOME_TRY(server.send_all(text, in(5s)));
    BOOST_OUTCOME_TRY(auto half, std::move(server).shutdown_send());  // a SendClosedSocket: it has recv, and no send
    for (std::byte buffer[100];;) {
        const auto size = half.recv(buffer, in(5s));
        if (!size && size.error() == errc::end_of_stream) return success();
        if (!size) return size.error();
        for (const char c : as_text(std::span(buffer).first(size.value()))) {
            std::putchar(c == '\n' || (c >= ' ' && c <= '~') ? c : '.');  // other bytes could steer the terminal
        }
    }
}
//! [client]

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    if (argc != 2 || helps) return std::fputs("usage: count serve | count TEXT\n", helps ? stdout : stderr), helps ? 0 : 2;
    const auto done = std::string_view(argv[1]) == "serve" ? serve() : ask(argv[1]);
    if (!done) std::fprintf(stderr, "count: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [program]
