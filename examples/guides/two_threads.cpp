// SPDX-License-Identifier: BSL-1.0
// Guide: one connection, one thread that sends and one that receives; and thread bodies that can fail.

#include <memory>
#include <string>
#include <thread>

#include "pair.hpp"

using namespace estate;
using namespace std::chrono_literals;

//! [halves]
using Connection = ConnectedSocket<Tcp<V4>>;

/// Each thread has a share of the connection. send() and recv() of one socket may run at the same time; a transition may
/// not, so the one who is left alone makes it: it closes when the last share has gone.
result<void> send_numbers(std::shared_ptr<const Connection> peer, int count) {
    for (int number = 1; number <= count; ++number) {
        BOOST_OUTCOME_TRY(peer->send_all(std::to_string(number) + "\n", in(5s)));
    }
    return success();
}
result<std::size_t> count_bytes(std::shared_ptr<const Connection> peer, std::size_t expected) {
    std::size_t count = 0;
    for (std::byte buffer[100]; count < expected;) {
        BOOST_OUTCOME_TRY(const auto size, peer->recv(buffer, in(5s)));
        count += size;
    }
    return count;
}
//! [halves]

result<void> run() {
    BOOST_OUTCOME_TRY(auto pair, Pair::make());
    const auto client = std::make_shared<const Connection>(std::move(pair.client));
    const auto server = std::make_shared<const Connection>(std::move(pair.server));

    //! [bodies]
    // A thread's body returns nothing, so what failed has to go somewhere: here into a variable that outlives the thread.
    result<void> sent = errc::stopped;
    std::thread sender([&sent, client] { sent = send_numbers(client, 9); });

    // A lambda with BOOST_OUTCOME_TRY in it says its type.
    result<std::size_t> counted = errc::stopped;
    std::thread receiver([&counted, server]() {
        counted = [&]() -> result<std::size_t> {
            BOOST_OUTCOME_TRY(const auto count, count_bytes(server, 18));
            return count;
        }();
    });
    sender.join();
    receiver.join();
    //! [bodies]
    BOOST_OUTCOME_TRY(std::move(sent));
    BOOST_OUTCOME_TRY(const auto count, std::move(counted));
    return count == 18 ? success() : result<void>(errc::invalid_argument);
}

int main() { return ended(run()); }
