// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <estate/coroutines.hpp>
#include <estate/estate.hpp>
#include <span>
#include <utility>

#include "deadlines.hpp"

// An echo server and its clients, as tasks.

namespace estate::test {

using T4 = NonBlocking<Tcp<V4>>;
using Peer = Async<ConnectedSocket<T4>>;
using Door = Async<ListeningSocket<T4>>;
using Mailbox = Async<BoundSocket<NonBlocking<Udp<V4>>>>;

/// A function, since Clang takes the macros of Boost.Test for loops, in which nothing may be moved.
inline void start(Scope& scope, Task<>&& task) { scope.spawn(std::move(task)).value(); }

/// Sends back what comes until the end.
inline Task<> echo(Scope&, Peer peer) {
    for (std::byte room[256];;) {
        const auto got = co_await peer.recv(room);
        if (!got && got.assume_error() == errc::end_of_stream) co_return success();
        if (!got) co_return got.assume_error();
        BOOST_OUTCOME_CO_TRYV(co_await peer.send_all(ConstBuffer(room, got.assume_value())));
    }
}
/// Connects, and asks `rounds` times with texts of different lengths, Most bytes at most.
template <std::size_t Most>
Task<> ask(Scope& scope, SocketAddress<V4> server, int rounds, int& answers) {
    BOOST_OUTCOME_CO_TRY(auto created, tcp_v4());
    BOOST_OUTCOME_CO_TRY(auto connected, co_await connect(std::move(created), server, soon()));
    BOOST_OUTCOME_CO_TRY(const auto peer, scope.loop().watch(std::move(connected)));
    std::array<std::byte, Most> sent;
    std::array<std::byte, Most> got;
    for (int i = 0; i < rounds; ++i) {
        const auto size = static_cast<std::size_t>(i) * 137 % Most + 1;
        sent.fill(static_cast<std::byte>(i));
        BOOST_OUTCOME_CO_TRYV(co_await peer.send_all(std::span(sent).first(size), soon()));
        BOOST_OUTCOME_CO_TRYV(co_await peer.recv_exact(std::span(got).first(size), soon()));
        if (std::equal(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(size), got.begin())) ++answers;
    }
    co_return success();
}

}  // namespace estate::test
