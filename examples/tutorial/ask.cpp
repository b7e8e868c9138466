// SPDX-License-Identifier: BSL-1.0
//
// Chapter 2 of the tutorial: connects to a host by its name, and prints what the server says until it ends.
//
//     ask HOST PORT

//! [program]
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>
#include <estate/resolve.hpp>

using namespace estate;
using namespace std::chrono_literals;

result<ConnectedSocket<Tcp<V4>>> connect_to(std::string_view host, std::string_view port) {
    BOOST_OUTCOME_TRY(const auto addresses, resolve<V4>(host, port, in(5s)));
    Error last = errc::name_no_address;
    for (const auto& address : addresses) {  // a name can have several; the first that answers is as good as any
        std::fprintf(stderr, "trying %s\n", to_text(address).c_str());
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        auto connected = std::move(created).connect(address, in(5s));
        if (connected) return std::move(connected).value();
        last = connected.error();
    }
    return last;
}

result<void> ask(std::string_view host, std::string_view port) {
    BOOST_OUTCOME_TRY(auto server, connect_to(host, port));
    for (std::byte buffer[1000];;) {
        const auto size = server.recv(buffer, in(5s));
        if (!size && size.error() == errc::end_of_stream) break;  // the server has said everything
        if (!size) return size.error();
        for (const char c : as_text(std::span(buffer).first(size.value()))) {
            std::putchar(c == '\n' || (c >= ' ' && c <= '~') ? c : '.');  // other bytes could steer the terminal
        }
    }
    BOOST_OUTCOME_TRY(std::move(server).close());
    return success();
}

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    if (argc != 3) return std::fputs("usage: ask HOST PORT\n", helps ? stdout : stderr), helps ? 0 : 2;
    const auto done = ask(argv[1], argv[2]);
    if (!done) std::fprintf(stderr, "ask: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [program]
