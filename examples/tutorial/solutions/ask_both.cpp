// SPDX-License-Identifier: BSL-1.0
// Chapter 2: tries IPv6 first, then IPv4. The family is a part of a socket's type, so what serves both is a template.
//     ask_both HOST PORT

//! [solution]
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/resolve.hpp>

using namespace estate;
using namespace std::chrono_literals;

template <Family F>
result<void> ask(std::string_view host, std::string_view port) {
    BOOST_OUTCOME_TRY(const auto addresses, resolve<F>(host, port, in(5s)));
    Error last = errc::name_no_address;
    for (const auto& address : addresses) {
        BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
        auto server = std::move(created).connect(address, in(5s));
        if (!server) {
            last = server.error();
            continue;
        }
        for (std::byte buffer[1000];;) {
            const auto size = server.value().recv(buffer, in(5s));
            if (!size && size.error() == errc::end_of_stream) return success();
            if (!size) return size.error();
            for (const char c : as_text(std::span(buffer).first(size.value()))) {
                std::putchar(c == '\n' || (c >= ' ' && c <= '~') ? c : '.');  // other bytes could steer the terminal
            }
        }
    }
    return last;
}

int main(int argc, char** argv) {
    const std::string_view only = argc == 2 ? argv[1] : "";
    const bool helps = only == "--help" || only == "-h";
    if (argc != 3) return std::fputs("usage: ask_both HOST PORT\n", helps ? stdout : stderr), helps ? 0 : 2;
    if (ask<V6>(argv[1], argv[2])) return 0;
    const auto done = ask<V4>(argv[1], argv[2]);
    if (!done) std::fprintf(stderr, "ask_both: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [solution]
