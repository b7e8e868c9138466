// SPDX-License-Identifier: BSL-1.0
// Chapter 7: at most so many clients at once; the next one is told so.
//     limited                     listens on 127.0.0.1, port 7017; serves two at a time

//! [solution]
#include <atomic>
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <thread>

using namespace estate;
using namespace std::chrono_literals;

std::atomic<int> clients = 0;

result<void> echo(ConnectedSocket<Tcp<V4>> client) {
    for (std::byte buffer[1000];;) {
        const auto size = client.recv(buffer, in(60s));
        if (!size && size.error() == errc::end_of_stream) break;
        if (!size) return size.error();
        BOOST_OUTCOME_TRY(client.send_all(std::span(buffer).first(size.value()), in(10s)));
    }
    BOOST_OUTCOME_TRY(std::move(client).finish(in(5s)));
    return success();
}

result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 7017));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    for (;;) {
        auto client = listener.accept();
        if (!client) continue;  // chapter 7 has the whole list of what to do
        if (clients >= 2) {
            (void)client.value().send_all("try again later\n", in(1s));
            continue;  // the connection closes here
        }
        ++clients;
        std::thread([peer = std::move(client).value()]() mutable {
            (void)echo(std::move(peer));  // a client that went away is no concern of the others
            --clients;
        }).detach();
    }
}

int main() {
    const auto done = serve();
    std::fprintf(stderr, "limited: %s\n", done.error().message());
    return 1;
}
//! [solution]
