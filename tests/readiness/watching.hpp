// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <estate/estate.hpp>
#include <estate/readiness.hpp>
#include <functional>
#include <tuple>

#include "../support/sockets.hpp"

namespace estate::test {

using Listen = On<ListeningSocket<NonBlocking<Tcp<V4>>>, interest::acceptable>;
using Talk = On<ConnectedSocket<NonBlocking<Tcp<V4>>>, interest::duplex>;

/// The mechanisms that watch sockets of the kernel.
struct ByEpoll {
    template <class... Kinds>
    using poller = Poller<Kinds...>;
};
struct ByPoll {
    template <class... Kinds>
    using poller = PollPoller<16, Kinds...>;
};
using Mechanisms = std::tuple<ByEpoll, ByPoll>;

/// Watched streams by number, each with what a test does when it may be tried.
template <class Mechanism>
class Streams {
public:
    using Poller = typename Mechanism::template poller<Talk>;
    using Act = std::function<Next<Talk>(Ready<Talk>)>;

    /// Watches the socket and calls act in its turns; the Watched stays in its place until it is closed.
    Watched<Talk>& watch(ConnectedSocket<Tcp<V4>>&& socket, Act act) {
        auto watched = poller.template watch<Talk>(std::move(socket).set_nonblocking().value()).value();
        const std::uint32_t index = watched.index();
        if (index >= all_.size()) all_.resize(index + 1);
        all_[index] = {std::move(watched), std::move(act)};
        return all_[index].watched;
    }
    Turn turn(Deadline until = soon()) {
        return poller
            .turn(until, on<Talk>([this](std::uint32_t index) { return find(index); },
                                  [this](Ready<Talk> ready) -> Next<Talk> {
                                      ++calls;
                                      const Act act = all_[ready.index()].act;  // the entry may be watched anew meanwhile
                                      return act(std::move(ready));
                                  }))
            .value();
    }

    Poller poller = Poller::open().value();
    int calls = 0;

private:
    struct Entry {
        Watched<Talk> watched;
        Act act;
    };
    Watched<Talk>* find(std::uint32_t index) { return index < all_.size() ? &all_[index].watched : nullptr; }

    std::vector<Entry> all_ = std::vector<Entry>(1024);
};

}  // namespace estate::test
