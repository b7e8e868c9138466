// SPDX-License-Identifier: BSL-1.0
// Guide: one connection, one thread that sends and one that receives; and thread bodies that can fail.

#include <estate/halves.hpp>
#include <memory>
#include <string>
#include <thread>

#include "pair.hpp"

using namespace estate;
using namespace std::chrono_literals;

//! [split]
using Reader = ConnectedSocket<ReadHalf<Tcp<V4>>>;
using Writer = ConnectedSocket<WriteHalf<Tcp<V4>>>;

/// Owns the half that sends: the peer reads the end when it has gone.
result<void> say_and_end(Writer peer) {
    BOOST_OUTCOME_TRY(peer.send_all("how are you?", in(5s)));
    return success();
}
/// Owns the half that receives. It has no send(), so nobody else's bytes are in the way of the sender's.
result<std::string> hear_all(Reader peer) {
    std::string heard;
    for (std::byte buffer[100];;) {
        const auto size = peer.recv(buffer, in(5s));
        if (!size && size.error() == errc::end_of_stream) return heard;
        if (!size) return size.error();
        heard += as_text(std::span(buffer).first(size.value()));
    }
}
//! [split]

result<void> say(const Writer& peer, std::string_view text) {
    BOOST_OUTCOME_TRY(peer.send_all(text, in(5s)));
    return success();
}
//! [joined]
/// A greeting by each direction at once; then the connection is whole again, and ends politely.
result<void> greet(ConnectedSocket<Tcp<V4>> peer) {
    BOOST_OUTCOME_TRY(auto halves, std::move(peer).split());
    result<void> sent = errc::stopped;
    std::thread sender([&sent, &writer = halves.writer] { sent = say(writer, "hello"); });
    std::byte buffer[5];
    auto got = halves.reader.recv_exact(buffer, in(5s));
    sender.join();
    BOOST_OUTCOME_TRY(std::move(sent));
    BOOST_OUTCOME_TRY(std::move(got));
    BOOST_OUTCOME_TRY(auto whole, std::move(halves.reader).join(std::move(halves.writer)));
    BOOST_OUTCOME_TRY(std::move(whole).finish(in(5s)));
    return success();
}
//! [joined]

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

result<void> run_halves() {
    BOOST_OUTCOME_TRY(auto pair, Pair::make());
    BOOST_OUTCOME_TRY(auto client, std::move(pair.client).split());
    BOOST_OUTCOME_TRY(auto server, std::move(pair.server).split());
    result<void> said = errc::stopped;
    result<std::string> heard = errc::stopped;
    std::thread sender([&said, half = std::move(client.writer)]() mutable { said = say_and_end(std::move(half)); });
    std::thread receiver([&heard, half = std::move(server.reader)]() mutable { heard = hear_all(std::move(half)); });
    sender.join();
    receiver.join();
    BOOST_OUTCOME_TRY(std::move(said));
    BOOST_OUTCOME_TRY(const auto text, std::move(heard));
    if (text != "how are you?") return errc::invalid_argument;

    BOOST_OUTCOME_TRY(auto two, Pair::make());
    result<void> greeted = errc::stopped;
    std::thread other([&greeted, peer = std::move(two.server)]() mutable { greeted = greet(std::move(peer)); });
    const auto done = greet(std::move(two.client));
    other.join();
    BOOST_OUTCOME_TRY(std::move(greeted));
    return done;
}

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
    if (count != 18) return errc::invalid_argument;
    BOOST_OUTCOME_TRY(run_halves());
    return success();
}

int main() { return ended(run()); }
