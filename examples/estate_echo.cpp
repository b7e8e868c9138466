// SPDX-License-Identifier: BSL-1.0
//
// Accepts one TCP connection, sends back what it receives until the peer closes, and tells how much it was.
// raw_posix_echo.cpp is the same program on POSIX itself; doc/side_by_side.md compares the two.
//
//     estate_echo [port]        port 0, the default, picks a free one; listens on 127.0.0.1

//! [program]
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <string_view>

using namespace estate;

result<std::size_t> echo_one(Port port) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, port));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());
    std::printf("listening on %s\n", to_text(here).c_str());
    std::fflush(stdout);

    BOOST_OUTCOME_TRY(auto peer, listener.accept());
    std::size_t total = 0;
    for (std::byte buffer[4096];;) {
        const auto size = peer.recv(buffer);
        if (!size && size.error() == errc::end_of_stream) break;
        if (!size) return size.error();
        BOOST_OUTCOME_TRY(peer.send_all(std::span(buffer).first(size.value())));
        total += size.value();
    }
    BOOST_OUTCOME_TRY(std::move(peer).close());
    return total;
}

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    const auto port = argc > 1 ? Port::parse(argv[1]) : result<Port>(Port(0));
    if (argc > 2 || !port) {
        std::fputs("usage: estate_echo [port of 0 to 65535]\n", helps ? stdout : stderr);
        return helps ? 0 : 2;
    }
    const auto total = echo_one(port.value());
    if (!total) {
        std::fprintf(stderr, "estate_echo: %s\n", total.error().message());
        return 1;
    }
    std::printf("echoed %zu bytes\n", total.value());
}
//! [program]
