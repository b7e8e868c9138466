// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sockets on the loopback interface, for the laws and for the tests of one platform. It names no backend and asks
// nothing of the system but through estate.

#include <boost/test/unit_test.hpp>
#include <estate/estate.hpp>
#include <string>
#include <tuple>
#include <utility>

#include "check.hpp"
#include "deadlines.hpp"

namespace estate::test {

/// For BOOST_AUTO_TEST_CASE_TEMPLATE(claim, F, Families).
using Families = std::tuple<V4, V6>;

/// The family cannot be tested on this machine; tells so.
template <Family F>
[[nodiscard]] bool lacks() {
    auto socket = new_tcp<F>();
    if (socket) {
        auto bound = std::move(socket).assume_value().bind(SocketAddress<F>::loopback(0));
        if (bound) return false;
    }
    print_skipped(std::is_same_v<F, V6> ? "::1 is not available" : "127.0.0.1 is not available");
    return true;
}

template <Family F, class B = native_stream>
[[nodiscard]] CreatedSocket<Tcp<F, B>> created() {
    return new_socket<Tcp<F, B>>().value();
}
/// While it lives and does not listen, a connect to its address is refused, and nobody else gets its port.
template <Family F, class B = native_stream>
[[nodiscard]] BoundSocket<Tcp<F, B>> bound_to_loopback() {
    return created<F, B>().bind(SocketAddress<F>::loopback(0)).value();
}
template <Family F, class B = native_stream>
[[nodiscard]] ListeningSocket<Tcp<F, B>> listening_on_loopback(Backlog backlog = {}) {
    return bound_to_loopback<F, B>().listen(backlog).value();
}
/// In one thread: the system completes a connection to a listener before anybody accepts it.
template <class Listener>
[[nodiscard]] auto connected_to(const Listener& listener) {
    using T = typename Listener::transport;
    return created<typename T::family, typename T::backend>().connect(listener.local_addr().value(), soon()).value();
}

template <Family F, class B = native_stream>
struct Pair {
    ConnectedSocket<Tcp<F, B>> client;
    ConnectedSocket<Tcp<F, B>> server;
};
template <Family F, class B = native_stream>
[[nodiscard]] Pair<F, B> connected_pair() {
    const auto listener = listening_on_loopback<F, B>();
    auto client = connected_to(listener);
    return {std::move(client), listener.accept(soon()).value()};
}

template <Family F, class B = native_datagram>
[[nodiscard]] BoundSocket<Udp<F, B>> datagrams_on_loopback() {
    return new_socket<Udp<F, B>>().value().bind(SocketAddress<F>::loopback(0)).value();
}

/// Exactly size bytes, as text; what came where there are fewer.
template <class Socket>
[[nodiscard]] std::string read_text(const Socket& socket, std::size_t size) {
    std::string text(size, '?');
    const auto got = socket.recv_exact(std::as_writable_bytes(std::span(text)), soon());
    if (!got) text.resize(got.assume_error().transferred);
    return text;
}
/// What comes to the end of the stream; the error's text where it ends otherwise.
template <class Socket>
[[nodiscard]] std::string read_to_end(const Socket& socket) {
    std::string text;
    for (std::byte room[512];;) {
        const auto got = socket.recv(room, soon());
        if (!got && got.assume_error() == errc::end_of_stream) return text;
        if (!got) return got.assume_error().message();
        text += as_text(std::span(room).first(got.assume_value()));
    }
}
/// The next datagram as text.
template <class Socket>
[[nodiscard]] std::string next_text(const Socket& socket) {
    std::byte room[64];
    const auto got = [&] {
        if constexpr (InState<Socket, Bound>) {
            return socket.recv_from(room, soon());
        } else {
            return socket.recv(room, soon());
        }
    }();
    return got ? std::string(as_text(std::span(room).first(got.assume_value().size))) : got.assume_error().message();
}

}  // namespace estate::test
