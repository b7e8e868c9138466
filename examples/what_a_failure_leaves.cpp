// SPDX-License-Identifier: BSL-1.0
//
// Makes operations fail on purpose and goes on with what each failure leaves in the caller's hands.
//
//     what_a_failure_leaves       exits 0 when everything was as it is printed

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <estate/estate.hpp>
#include <estate/net/text.hpp>

namespace {

using namespace estate;
using namespace std::chrono_literals;

Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

/// Says so and stops when what was promised did not come true.
void require(bool kept, const char* promise) {
    if (kept) return;
    std::fprintf(stderr, "what_a_failure_leaves: not so: %s\n", promise);
    std::exit(1);
}

result<ListeningSocket<Tcp<V4>>> listen_anywhere(Backlog backlog = {}) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen(backlog));
    return listener;
}

result<ConnectedSocket<Tcp<V4>>> connect_to(SocketAddress<V4> there) {
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto connected, std::move(created).connect(there, in(2s)));
    return connected;
}

//! [bind]
/// bind fails: the error carries the socket back, still Created, so another port can be tried.
result<void> bind_again() {
    BOOST_OUTCOME_TRY(const auto other, listen_anywhere());
    BOOST_OUTCOME_TRY(const auto taken, other.local_addr());
    BOOST_OUTCOME_TRY(auto created, tcp_v4());

    auto bound = std::move(created).bind(taken);
    require(!bound && bound.error() == std::errc::address_in_use, "the address is taken");
    std::printf("bind to %s: %s\n", to_text(taken).c_str(), bound.error().code.message());

    bound = std::move(bound.error().socket).bind_to_ip(taken.address(), 0);
    BOOST_OUTCOME_TRY(auto socket, std::move(bound));
    BOOST_OUTCOME_TRY(const auto here, socket.local_addr());
    std::printf("the same socket, on port 0: %s\n", to_text(here).c_str());
    return success();
}
//! [bind]

//! [connect]
/// connect fails: the error carries a ClosedSocket. There is no connect() on it; a new socket is needed.
result<void> connect_anew() {
    BOOST_OUTCOME_TRY(auto listener, listen_anywhere());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());
    BOOST_OUTCOME_TRY(std::move(listener).close());

    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    auto connected = std::move(created).connect(there, in(2s));
    require(!connected && connected.error() == std::errc::connection_refused, "nobody listens there");
    using Left = decltype(connected.error().socket);
    static_assert(InState<Left, Closed> && !Allows<Left, op::connect>);
    std::printf("connect to %s: %s\n", to_text(there).c_str(), connected.error().code.message());
    return success();
}
//! [connect]

//! [connecting]
/// finish_connect runs out of time: the connect is still under way, so the error carries it back.
result<void> wait_again() {
    BOOST_OUTCOME_TRY(const auto listener, listen_anywhere(Backlog(1)));
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());
    BOOST_OUTCOME_TRY(const auto first, connect_to(there));
    BOOST_OUTCOME_TRY(const auto second, connect_to(there));  // the queue is full: Linux answers no third one
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto connecting, std::move(created).begin_connect(there));

    int waits = 1;
    for (;; ++waits) {
        auto connected = std::move(connecting).finish_connect(in(100ms));
        if (connected) break;
        auto& left = connected.error().socket;  // one of Connecting and Closed: only the run knows
        if (!left.is<Connecting>()) return connected.error();
        if (waits == 1) std::printf("connect to %s: %s\n", to_text(there).c_str(), connected.error().message());
        connecting = std::move(left).take<Connecting>();
        if (waits == 3) {  // makes room; the system tries again by itself
            BOOST_OUTCOME_TRY(const auto accepted, listener.accept(in(2s)));
        }
    }
    require(waits > 3, "while the queue is full, each wait ends at its deadline");
    std::printf("the same connect: done in wait %d\n", waits);
    return success();
}
//! [connecting]

//! [transfer]
/// send_all and recv_exact fail: the error tells how far they came. The stream is where it stopped.
result<void> cut_message() {
    BOOST_OUTCOME_TRY(const auto listener, listen_anywhere());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());
    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto client, std::move(created).connect(there));
    BOOST_OUTCOME_TRY(const auto server, listener.accept(in(2s)));
    BOOST_OUTCOME_TRY(client.send_all("half of"));
    BOOST_OUTCOME_TRY(std::move(client).close());

    std::byte message[16];
    const auto got = server.recv_exact(message, in(2s));
    require(!got && got.error() == errc::end_of_stream && got.error().transferred == 7, "the message was cut");
    std::printf("recv_exact of 16 bytes: %s after %zu\n", got.error().code.message(), got.error().transferred);
    return success();
}
//! [transfer]

}  // namespace

int main() {
    for (const auto scenario : {bind_again, connect_anew, wait_again, cut_message}) {
        if (const auto done = scenario(); !done) {
            std::fprintf(stderr, "what_a_failure_leaves: %s\n", done.error().message());
            return 1;
        }
    }
}
