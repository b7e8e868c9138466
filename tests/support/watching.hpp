// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <estate/estate.hpp>
#include <estate/readiness.hpp>
#include <functional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "loopback.hpp"

namespace estate::test {

using Listen = On<ListeningSocket<NonBlocking<Tcp<V4>>>, interest::acceptable>;
using Talk = On<ConnectedSocket<NonBlocking<Tcp<V4>>>, interest::duplex>;

/// The mechanisms that watch sockets of the platform: its best, such as epoll, and poll() or wasi:io/poll.
struct ByBest {
    static constexpr const char* name = "ByBest";
    template <class... Kinds>
    using poller = Poller<Kinds...>;
};
struct ByPoll {
    static constexpr const char* name = "ByPoll";
    template <class... Kinds>
    using poller = PollPoller<16, Kinds...>;
};
using Mechanisms = std::tuple<ByBest, ByPoll>;

/// A handler that reads nothing and never sleeps without proof.
inline Next<Talk> ignore(Ready<Talk> ready) { return std::move(ready).close(); }

/// Bytes in everything that comes, then sleep.
inline auto count_into(std::size_t& bytes) {
    return [&bytes](Ready<Talk> ready) -> Next<Talk> {
        for (std::byte room[64];;) {
            const auto got = ready.recv(room);
            if (!got) return std::move(ready).close();
            if (got.assume_value().would_block()) return std::move(ready).next();
            bytes += got.assume_value().value();
        }
    };
}

/// What a send that never waits answers once there is room. A host may take a moment before it reports room that a new
/// socket has always had: wasmtime asks a reactor that has not looked yet.
template <class Send>
std::size_t once_there_is_room(Send send) {
    for (const Stopwatch watch; watch.elapsed() < std::chrono::seconds{20};) {
        if (const auto count = send().value(); !count.would_block()) return count.value();
    }
    return 0;
}

/// Sends until nothing is left, or what the platform has room for: then true.
inline bool send_until_full(Ready<Talk>& ready, std::size_t& left) {
    static const std::vector<std::byte> chunk(100'000);
    while (left > 0) {
        const auto count = ready.send(std::span(chunk).first(std::min(left, chunk.size()))).value();
        if (count.would_block()) return true;
        left -= count.value();
    }
    return false;
}

/// Receives once, with room for more than comes, and then sleeps if it may.
struct Once {
    std::string got;
    Error end = errc::invalid_argument;

    Next<Talk> operator()(Ready<Talk> ready) {
        std::byte room[64];
        const auto count = ready.recv(room);
        if (!count) {
            end = count.assume_error();
            return std::move(ready).close();
        }
        if (!count.assume_value().would_block()) {
            got += as_text(std::span(room).first(count.assume_value().value()));
        }
        return std::move(ready).next();
    }
};

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

    /// Turns until something is so, which it is soon.
    template <class Done>
    void turn_until(Done done) {
        for (const Stopwatch watch; !done() && watch.elapsed() < 20s;) turn(in(100ms));
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
