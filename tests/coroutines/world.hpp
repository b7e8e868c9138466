// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/coroutines.hpp>
#include <estate/estate.hpp>
#include <tuple>

#include "../support/sockets.hpp"
#include "../support/tasks.hpp"

namespace estate::test {

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

/// An echo for each that connects.
inline Task<> echo_all(Scope& scope, Door door) {
    for (;;) {
        BOOST_OUTCOME_CO_TRY(auto accepted, co_await door.accept());
        BOOST_OUTCOME_CO_TRY(auto peer, scope.loop().watch(std::move(accepted)));
        BOOST_OUTCOME_CO_TRYV(scope.spawn(echo(scope, std::move(peer))));
    }
}

}  // namespace estate::test
