// SPDX-License-Identifier: BSL-1.0
// Guide: a program for Compiler Explorer, which has one header of estate and no network but loopback.

//! [program]
#include "estate.hpp"  // what scripts/single_header writes
#include <chrono>
#include <iostream>

using namespace estate;
using namespace std::chrono_literals;

/// A server and its client in one thread: the kernel queues the connection until accept() takes it.
result<void> talk_to_itself() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto here, listener.local_addr());

    BOOST_OUTCOME_TRY(auto other, tcp_v4());
    BOOST_OUTCOME_TRY(auto client, std::move(other).connect(here, in(1s)));
    BOOST_OUTCOME_TRY(auto server, listener.accept(in(1s)));
#if defined(WRONG)
    (void)listener.send_all("hello\n");  // a listener carries no data
#endif
    BOOST_OUTCOME_TRY(server.send_all("hello\n"));

    std::byte buffer[100];
    BOOST_OUTCOME_TRY(const auto size, client.recv(buffer, in(1s)));
    std::cout << as_text(std::span(buffer).first(size));
    return success();
}

/// 192.0.2.0/24 is for documents: nobody has such an address, and here there is not even a way to it.
result<void> talk_to_others() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto client, std::move(created).connect({"192.0.2.1"_ip4, 80}, in(100ms)));
    BOOST_OUTCOME_TRY(std::move(client).close());
    return success();
}

void report(const char* what, const result<void>& done) {
    std::cout << what << ": " << (done ? "done" : done.error().message()) << '\n';
}

int main() {
    const auto done = talk_to_itself();
    report("to itself", done);
    report("to others", talk_to_others());
    return done ? 0 : 1;
}
//! [program]
