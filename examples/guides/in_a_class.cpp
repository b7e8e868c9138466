// SPDX-License-Identifier: BSL-1.0
// Guide: a socket as a member, in a container, and in one of several states.

#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "pair.hpp"

using namespace estate;
using namespace std::chrono_literals;

//! [member]
/// A member has one state. A program that has a Client has a connection: there is no "not connected yet" inside.
class Client {
public:
    static result<Client> connect(SocketAddress<V4> server, Deadline until) {
        BOOST_OUTCOME_TRY(auto created, tcp_v4());
        BOOST_OUTCOME_TRY(auto connected, std::move(created).connect(server, until));
        return Client(std::move(connected));
    }
    result<void> say(std::string_view text, Deadline until) {
        BOOST_OUTCOME_TRY(server_.send_all(text, until));
        return success();
    }
    /// Consumes the client, as a transition consumes its socket.
    result<void> leave(Deadline until) && {
        BOOST_OUTCOME_TRY(std::move(server_).finish(until));
        return success();
    }

private:
    explicit Client(ConnectedSocket<Tcp<V4>> server) : server_(std::move(server)) {}

    ConnectedSocket<Tcp<V4>> server_;
};
//! [member]

//! [states]
/// A member that lives through several states is a std::variant, and the state is asked for in one place.
class Link {
public:
    void connected(ConnectedSocket<Tcp<V4>> socket) { state_ = std::move(socket); }
    result<void> end_sending() {
        auto* open = std::get_if<ConnectedSocket<Tcp<V4>>>(&state_);
        if (open == nullptr) return errc::invalid_argument;
        BOOST_OUTCOME_TRY(auto half, std::move(*open).shutdown_send());
        state_ = std::move(half);
        return success();
    }
    [[nodiscard]] bool can_send() const { return std::holds_alternative<ConnectedSocket<Tcp<V4>>>(state_); }

private:
    std::variant<std::monostate, ConnectedSocket<Tcp<V4>>, SendClosedSocket<Tcp<V4>>> state_;
};
//! [states]

result<void> run() {
    BOOST_OUTCOME_TRY(auto one, Pair::make());
    BOOST_OUTCOME_TRY(auto two, Pair::make());
    //! [containers]
    std::vector<ConnectedSocket<Tcp<V4>>> peers;
    peers.push_back(std::move(one.client));  // a container takes a socket over
    std::map<int, ConnectedSocket<Tcp<V4>>> by_number;
    by_number.emplace(7, std::move(two.client));
    by_number.erase(7);  // closes it

    std::optional<ConnectedSocket<Tcp<V4>>> perhaps = std::move(peers.back());
    peers.pop_back();
    perhaps.reset();  // closes it
    //! [containers]
    Link link;
    link.connected(std::move(one.server));
    BOOST_OUTCOME_TRY(link.end_sending());
    if (link.can_send() || link.end_sending()) return errc::invalid_argument;

    BOOST_OUTCOME_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip("127.0.0.1"_ip4, 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen());
    BOOST_OUTCOME_TRY(const auto there, listener.local_addr());
    BOOST_OUTCOME_TRY(auto client, Client::connect(there, in(5s)));
    BOOST_OUTCOME_TRY(client.say("hello", in(5s)));
    { BOOST_OUTCOME_TRY(auto peer, listener.accept(in(5s))); (void)std::move(peer).shutdown_send(); }
    (void)std::move(client).leave(in(1s));
    return success();
}

int main() { return ended(run()); }
