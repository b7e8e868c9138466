// SPDX-License-Identifier: BSL-1.0
//
// Chapter 8 of the tutorial: deadlines. The server of this program accepts and says nothing.

//! [program]
#include <chrono>
#include <cstdio>
#include <estate/estate.hpp>

using namespace estate;
using namespace std::chrono_literals;

result<void> run() {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));  // 0: any free port
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());

    const auto whole_task = in(300ms);
    BOOST_OUTCOME_TRY(auto fresh, tcp_v4());
    BOOST_OUTCOME_TRY(auto client, std::move(fresh).connect(there, whole_task));
    BOOST_OUTCOME_TRY(const auto silent, listener.accept(whole_task));

    std::byte buffer[100];
    const auto first = client.recv(buffer, earlier_of(in(100ms), whole_task));  // at most 100 ms of it
    std::printf("first wait: %s\n", first ? "an answer" : first.error().message());
    const auto second = client.recv(buffer, whole_task);  // what is left of the 300 ms
    std::printf("second wait: %s\n", second ? "an answer" : second.error().message());
    const auto look = client.recv(buffer, Deadline::at_once());
    std::printf("a look without waiting: %s\n", look ? "an answer" : look.error().message());

    BOOST_OUTCOME_TRY(silent.send_all("here I am"));
    BOOST_OUTCOME_TRY(const auto size, client.recv(buffer, in(5s)));  // a wait that ended costs nothing
    std::printf("the connection still works: %zu bytes\n", size);
    return success();
}

int main() {
    const auto done = run();
    if (!done) std::fprintf(stderr, "patience: %s\n", done.error().message());
    return done ? 0 : 1;
}
//! [program]
