// SPDX-License-Identifier: BSL-1.0
//
// Chapter 3 of the tutorial: a server that greets one client after the other, for ever.
//
//     greet_all                   listens on 127.0.0.1, port 7003

//! [program]
#include <cstdio>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>

using namespace estate;

result<void> greet(ConnectedSocket<Tcp<V4>> client, int number) {
    BOOST_OUTCOME_TRY(const auto from, client.remote_addr());
    std::printf("client %d comes from %s\n", number, to_text(from).c_str());
    std::fflush(stdout);

    char text[40];
    const int size = std::snprintf(text, sizeof text, "hello, you are number %d\n", number);
    BOOST_OUTCOME_TRY(client.send_all(std::string_view(text, static_cast<std::size_t>(size))));
    BOOST_OUTCOME_TRY(std::move(client).close());
    return success();
}

result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 7003));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    for (int number = 1;; ++number) {
        BOOST_OUTCOME_TRY(auto client, listener.accept());  // a socket of its own; the listener goes on listening
        const auto greeted = greet(std::move(client), number);
        if (!greeted) std::fprintf(stderr, "client %d: %s\n", number, greeted.error().message());  // the next one matters
    }
}

int main() {
    const auto done = serve();
    std::fprintf(stderr, "greet_all: %s\n", done.error().message());
    return 1;
}
//! [program]
