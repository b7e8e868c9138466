// SPDX-License-Identifier: BSL-1.0
// Chapter 8: one deadline for the whole conversation.
//     deadline_for_all HOST PORT SECONDS

//! [solution]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/resolve.hpp>

using namespace estate;

result<ConnectedSocket<Tcp<V4>>> connect_to(std::string_view host, std::string_view port, Deadline until) {
    BOOST_OUTCOME_TRY(const auto addresses, resolve<V4>(host, port, until));
    Error last = errc::name_no_address;
    for (const auto& address : addresses) {
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        auto connected = std::move(created).connect(address, until);
        if (connected) return std::move(connected).value();
        last = connected.error();
        if (last == errc::deadline_exceeded) break;  // nothing is left for the other addresses
    }
    return last;
}

result<void> ask(std::string_view host, std::string_view port, Deadline until) {
    BOOST_OUTCOME_TRY(auto server, connect_to(host, port, until));
    for (std::byte buffer[1000];;) {
        const auto size = server.recv(buffer, until);
        if (!size && size.error() == errc::end_of_stream) return success();
        if (!size) return size.error();
        for (const char c : as_text(std::span(buffer).first(size.value()))) {
            std::putchar(c == '\n' || (c >= ' ' && c <= '~') ? c : '.');  // other bytes could steer the terminal
        }
    }
}

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    const int seconds = argc == 4 ? std::atoi(argv[3]) : 0;
    if (seconds <= 0) return std::fputs("usage: deadline_for_all HOST PORT SECONDS\n", helps ? stdout : stderr), helps ? 0 : 2;
    const auto done = ask(argv[1], argv[2], in(std::chrono::seconds(seconds)));
    if (!done) std::fprintf(stderr, "deadline_for_all: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [solution]
