// SPDX-License-Identifier: BSL-1.0
//
// Chapter 7 of the tutorial: many clients at once, a thread for each.
//
//     many                        listens on 127.0.0.1, port 7007

//! [program]
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>
#include <system_error>
#include <thread>

using namespace estate;
using namespace std::chrono_literals;

/// Sends back what comes, to its end. Owns the connection: it closes when this function returns.
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

void report(ConnectedSocket<Tcp<V4>> client) {
    const auto done = echo(std::move(client));
    if (!done) std::fprintf(stderr, "a client: %s\n", done.error().message());
}

result<void> serve() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{true}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 7007));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    for (;;) {
        auto client = listener.accept();
        if (!client) {
            switch (classify_accept(client.error())) {
                case AcceptFailure::retry: break;  // that client gave up; the next one is waiting
                case AcceptFailure::resources: break;  // too many open files: accept() has rested for a moment
                default: return client.error();
            }
            continue;
        }
        try {
            std::thread(report, std::move(client).value()).detach();  // the thread owns the socket now
        } catch (const std::system_error& error) {
            std::fprintf(stderr, "no thread for a client: %s\n", error.what());  // that connection is closed
        }
    }
}

int main() {
    const auto done = serve();
    std::fprintf(stderr, "many: %s\n", done.error().message());
    return 1;
}
//! [program]
