// SPDX-License-Identifier: BSL-1.0
// Chapter 4: frames.hpp over a connection to itself.

#include "frames.hpp"

#include <chrono>
#include <cstdio>

using namespace estate;
using namespace std::chrono_literals;

result<void> run() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());
    BOOST_OUTCOME_TRY(auto fresh, tcp_v4());
    BOOST_OUTCOME_TRY(auto client, std::move(fresh).connect(there, in(5s)));
    BOOST_OUTCOME_TRY(auto server, listener.accept(in(5s)));
    for (const std::string_view message : {"two\nlines", "", "and a third message"}) {
        BOOST_OUTCOME_TRY(send_frame(client, message, in(5s)));
    }
    std::byte buffer[100];
    for (int i = 0; i < 3; ++i) {
        BOOST_OUTCOME_TRY(const auto message, recv_frame(server, buffer, in(5s)));
        std::printf("%zu bytes: \"%.*s\"\n", message.size(), static_cast<int>(message.size()), message.data());
    }
    return success();
}

int main() {
    const auto done = run();
    if (!done) std::fprintf(stderr, "frames: %s\n", done.error().message());
    return done ? 0 : 1;
}
