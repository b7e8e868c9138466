// SPDX-License-Identifier: BSL-1.0
// claim: a TCP connection lives from socket() to its end without heap, exceptions or RTTI.
#include <estate/estate.hpp>

#include "support/claim.hpp"

namespace {
using namespace estate;
using core::soon;

template <class F>
struct Pair {
    ConnectedSocket<Tcp<F>> client;
    ConnectedSocket<Tcp<F>> server;
};

/// The chain that a program writes: each step consumes the socket of the one before.
template <class F>
result<Pair<F>> connect() {
    BOOST_OUTCOME_TRY(auto created, new_tcp<F>());
    BOOST_OUTCOME_TRY(created.set(option::reuse_address{}));
    BOOST_OUTCOME_TRY(auto bound, std::move(created).bind_to_ip(IpAddress<F>::loopback(), 0));
    BOOST_OUTCOME_TRY(auto listener, std::move(bound).listen(Backlog(8)));
    BOOST_OUTCOME_TRY(auto at, listener.local_addr());
    BOOST_OUTCOME_TRY(auto fresh, new_tcp<F>());
    BOOST_OUTCOME_TRY(auto connecting, std::move(fresh).begin_connect(at));
    BOOST_OUTCOME_TRY(auto client, std::move(connecting).finish_connect(soon()));
    BOOST_OUTCOME_TRY(auto server, listener.accept(soon()));
    return Pair<F>{std::move(client), std::move(server)};
}

template <class F>
int echo() {
    auto pair = connect<F>();
    CLAIM(pair.has_value());
    auto& [client, server] = pair.assume_value();
    CLAIM(client.set(option::no_delay{}) && client.template get<option::no_delay>().assume_value().value);
    CLAIM(client.remote_addr().assume_value() == server.local_addr().assume_value());

    std::byte room[64];
    for (int round = 0; round < 100; ++round) {
        CLAIM(client.send("ping").assume_value() == 4);
        CLAIM(server.recv(room, soon()).assume_value() == 4);
        CLAIM(server.send_all(std::span(room).first(4)));
        CLAIM(client.recv_exact(std::span(room).first(4), soon()));
        CLAIM(as_text(std::span(room).first(4)) == "ping");
    }
    const ConstBuffer parts[] = {as_buffer("one "), as_buffer("two")};
    CLAIM(client.send_vectored(parts).assume_value() == 7);
    const MutableBuffer rooms[] = {std::span(room).first(4), std::span(room).subspan(4, 8)};
    CLAIM(server.recv_vectored(rooms, soon()).assume_value() == 7);
    CLAIM(as_text(std::span(room).first(7)) == "one two");
    return 0;
}

template <class F>
int half_close() {
    auto pair = connect<F>();
    CLAIM(pair.has_value());
    auto [client, server] = std::move(pair).assume_value();
    std::byte room[16];
    CLAIM(client.send_all("request"));
    auto waiting = std::move(client).shutdown_send();
    CLAIM(waiting.has_value());
    CLAIM(server.recv_exact(std::span(room).first(7), soon()));
    CLAIM(server.recv(room, soon()).assume_error() == errc::end_of_stream);
    CLAIM(server.send_all("answer"));
    CLAIM(std::move(server).finish(soon()).has_value());
    CLAIM(waiting.assume_value().recv_exact(std::span(room).first(6), soon()));
    const auto cut = waiting.assume_value().recv_exact(std::span(room).first(6), soon());
    CLAIM(!cut && cut.assume_error() == errc::end_of_stream && cut.assume_error().transferred == 0);
    CLAIM(std::move(waiting).assume_value().finish(soon()).has_value());

    auto another = connect<F>();
    CLAIM(another.has_value());
    auto mute = std::move(another.assume_value().client).shutdown_receive();
    CLAIM(mute.has_value() && mute.assume_value().send_all("still sends"));
    CLAIM(another.assume_value().server.recv_exact(std::span(room).first(11), soon()));
    CLAIM(std::move(mute).assume_value().shutdown_send().has_value());
    CLAIM(std::move(another.assume_value().server).abort().has_value());
    return 0;
}

template <class F>
int failures() {
    auto pair = connect<F>();
    CLAIM(pair.has_value());
    auto& [client, server] = pair.assume_value();

    auto taken = new_tcp<F>().assume_value().bind(client.local_addr().assume_value());
    CLAIM(!taken && taken.assume_error().code.posix() == EADDRINUSE);
    auto retried = std::move(taken.assume_error().socket).bind_any();
    CLAIM(retried.has_value());

    const SocketAddress<F> nobody(IpAddress<F>::loopback(), retried.assume_value().local_port().assume_value());
    const auto refused = new_tcp<F>().assume_value().connect(nobody);
    CLAIM(!refused && refused.assume_error().code.posix() == ECONNREFUSED);
    CLAIM(refused.assume_error().code.message()[0] != '\0');
    CLAIM(new_tcp<F>().assume_value().connect(SocketAddress<F>::loopback(0)).assume_error() == errc::peer_port_zero);

    std::byte room[4];
    CLAIM(client.recv(room, Deadline::at_once()).assume_error() == errc::deadline_exceeded);
    CLAIM(client.recv(MutableBuffer{}).assume_error() == errc::invalid_argument);
    CLAIM(std::move(server).abort().has_value());
    CLAIM(client.recv(room, soon()).assume_error().posix() == ECONNRESET);
    CLAIM(client.send("x").assume_error().posix() == EPIPE);  // and no SIGPIPE

    auto moved = std::move(client);
    CLAIM(client.send("x").assume_error() == errc::moved_from);  // NOLINT(bugprone-use-after-move)
    CLAIM(std::move(moved).close().has_value());
    return 0;
}

template <class F>
int adopting_and_waking() {
    auto pair = connect<F>();
    CLAIM(pair.has_value());
    const int handle = std::move(pair.assume_value().client).release();
    CLAIM(adopt<Udp<F>>(handle).assume_error() == errc::wrong_transport);
    auto adopted = adopt<Tcp<F>>(handle);
    CLAIM(adopted.has_value() && adopted.assume_value().template is<Connected>());
    auto client = std::move(adopted).assume_value().template take<Connected>();
    CLAIM(client.send_all("adopted"));
    CLAIM(Activation::from_environment().assume_error() == errc::no_activation);

    auto listener = new_tcp<F>().assume_value().bind_any().assume_value().listen();
    auto waker = Waker::open();
    CLAIM(listener.has_value() && waker.has_value());
    waker.assume_value().wake();
    CLAIM(listener.assume_value().accept(waker.assume_value()).assume_error() == errc::stopped);
    const auto late = listener.assume_value().accept(Deadline::at_once());
    CLAIM(!late && classify_accept(late.assume_error()) == AcceptFailure::retry);
    return 0;
}

template <class F>
int all() {
    CLAIMS_OF(echo<F>());
    CLAIMS_OF(half_close<F>());
    CLAIMS_OF(failures<F>());
    CLAIMS_OF(adopting_and_waking<F>());
    return 0;
}

}  // namespace

int main() {
    CLAIMS_OF(all<V4>());
    if (!new_tcp<V6>() || !new_tcp<V6>().assume_value().bind(SocketAddress<V6>::loopback(0))) {
        return core::skip("the half with IPv6", "this host has no ::1");
    }
    return all<V6>();
}
