// SPDX-License-Identifier: BSL-1.0
// Guide: ending a server: no new connections, the open ones get a moment, and nothing waits for ever.

#include <estate/waker.hpp>
#include <mutex>
#include <thread>
#include <vector>

#include "pair.hpp"

using namespace estate;
using namespace std::chrono_literals;

//! [farewell]
/// Ends a connection politely: our half ends, what the peer still sends is read for a moment, and then it closes in any
/// case. A peer that stays costs no more than the patience.
void farewell(ConnectedSocket<Tcp<V4>> peer, std::chrono::milliseconds patience) {
    const auto ended = std::move(peer).finish(in(patience));
    if (!ended) std::printf("a peer did not end: %s\n", ended.error().message());
}
//! [farewell]

//! [server]
class Server {
public:
    static result<Server> open() {
        BOOST_OUTCOME_TRY(auto waker, Waker::open());
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
        BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
        return Server(std::move(waker), std::move(listener));
    }
    result<SocketAddress<V4>> address() const { return listener_.local_addr(); }

    /// Runs until stop(), in a thread of its own.
    void run() {
        for (;;) {
            auto peer = listener_.accept(waker_);
            if (!peer && classify_accept(peer.error()) == AcceptFailure::retry) continue;
            if (!peer) break;  // stopped, or nothing helps
            (void)peer.value().send_all("welcome\n", in(100ms));
            peers_.push_back(std::move(peer).value());
        }
        // First all of them learn that nothing more comes, then each gets its moment.
        for (auto& peer : peers_) (void)peer.send_all("goodbye\n", in(100ms));
        for (auto& peer : peers_) farewell(std::move(peer), 100ms);
        peers_.clear();
    }
    /// From any thread, or from a signal handler.
    void stop() const { waker_.wake(); }

private:
    Server(Waker waker, ListeningSocket<Tcp<V4>> listener) : waker_(std::move(waker)), listener_(std::move(listener)) {}

    Waker waker_;
    ListeningSocket<Tcp<V4>> listener_;
    std::vector<ConnectedSocket<Tcp<V4>>> peers_;
};
//! [server]

result<void> run() {
    BOOST_OUTCOME_TRY(auto server, Server::open());
    BOOST_OUTCOME_TRY(const auto there, server.address());
    std::thread thread([&server] { server.run(); });
    const auto talk = [&]() -> result<void> {
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        BOOST_OUTCOME_TRY(auto stays, std::move(created).connect(there, in(5s)));  // never ends its half
        std::byte buffer[8];
        BOOST_OUTCOME_TRY(stays.recv_exact(buffer, in(5s)));  // welcome
        server.stop();
        BOOST_OUTCOME_TRY(stays.recv_exact(buffer, in(5s)));  // goodbye
        thread.join();
        return success();
    };
    const auto talked = talk();
    server.stop();
    if (thread.joinable()) thread.join();
    return talked;
}

int main() { return ended(run()); }
