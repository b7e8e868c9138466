// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/coroutines.hpp>
#include <estate/estate.hpp>
#include <tuple>

#include "../support/sockets.hpp"

namespace estate::test {

using T4 = NonBlocking<Tcp<V4>>;
using Peer = Async<ConnectedSocket<T4>>;
using Door = Async<ListeningSocket<T4>>;
using Mailbox = Async<BoundSocket<NonBlocking<Udp<V4>>>>;

/// A loop by the mechanism, and room for tasks.
template <class Mechanism>
struct World {
    static constexpr std::size_t descriptors = 1024;
    static constexpr std::size_t frames = 96;

    BasicLoop<Mechanism, descriptors> loop{Mechanism::open().value()};
    FrameSlab<6144, frames> slab;
    Scope scope{loop, slab};

    template <class S>
    [[nodiscard]] auto watch(S&& socket) {
        return loop.watch(std::move(socket).set_nonblocking().value()).value();
    }
    /// Turns until all tasks have ended.
    [[nodiscard]] result<void> run() { return loop.run(scope, soon()); }
};
using Mechanisms = std::tuple<posix::Epoll, posix::PollSet<posix::Kernel, 128>>;

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
/// An echo for each that connects.
inline Task<> echo_all(Scope& scope, Door door) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await door.accept());
        BOOST_OUTCOME_CO_TRY(auto peer, scope.loop().watch(std::move(accepted)));
        BOOST_OUTCOME_CO_TRYV(scope.spawn(echo(scope, std::move(peer))));
    }
}

}  // namespace estate::test
