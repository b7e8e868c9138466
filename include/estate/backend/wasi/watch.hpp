// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/poll_mechanism.hpp>
#include <estate/backend/wasi/resource.hpp>
#include <utility>

namespace estate::wasi {

class WatchLink;

/// How to ask a resource for its pollable: its number alone does not say its kind.
struct Subscription {
    int number;
    Pollable (*subscribe)(int) noexcept;

    template <auto call, class Resource>
    static Subscription of(const Resource& resource) noexcept {
        using Borrow = decltype(resource.borrow());
        return {resource.borrow().__handle, [](int number) noexcept { return Pollable(call(Borrow{number})); }};
    }
};

/// How to ask a socket for both, whatever its class. One without streams listens, connects, or is refused them by its
/// host.
struct Subscriptions {
    Subscriptions() noexcept = default;
    explicit(false) Subscriptions(const StreamHandle& handle) noexcept
        : in{handle.in ? Subscription::of<streams_method_input_stream_subscribe>(handle.in)
                       : Subscription::of<tcp_method_tcp_socket_subscribe>(handle.socket)},
          out{handle.out ? Subscription::of<streams_method_output_stream_subscribe>(handle.out)
                         : Subscription::of<tcp_method_tcp_socket_subscribe>(handle.socket)} {}
    explicit(false) Subscriptions(const DatagramHandle& handle) noexcept
        : in{handle.in ? Subscription::of<udp_method_incoming_datagram_stream_subscribe>(handle.in)
                       : Subscription::of<udp_method_udp_socket_subscribe>(handle.socket)},
          out{handle.out ? Subscription::of<udp_method_outgoing_datagram_stream_subscribe>(handle.out)
                         : Subscription::of<udp_method_udp_socket_subscribe>(handle.socket)} {}

    /// Not of a handle that was moved from.
    [[nodiscard]] bool is_of_a_socket() const noexcept { return in.number >= 0; }

    Subscription in{-1, nullptr};
    Subscription out{-1, nullptr};
};

/// A place in the table of a PollSet, and what it keeps of the socket there: pollables, each from when it is first
/// needed. They are children of the socket's resources, and dropping a parent first would be a trap.
struct Watch {
    WatchLink* link = nullptr;  ///< none: the place is free
    std::uint64_t key = 0;
    Directions directions = Directions::none;
    bool is_ready = false;
    std::uint16_t number = 0;
    Subscriptions ask;
    Pollable arrives;
    Pollable takes;

    void free() noexcept;
};

/// By what a watched socket is in the table of a poller, and its number there. It goes before the socket and takes the
/// pollables along, so that no handle in the table is stale; it moves with the socket, and the table may move too.
class WatchLink {
public:
    /// What a mechanism needs to know of a socket.
    using source = Subscriptions;

    WatchLink() noexcept = default;
    WatchLink(WatchLink&& other) noexcept { follow(other); }
    WatchLink& operator=(WatchLink&& other) noexcept {
        if (this == &other) return *this;
        leave();
        follow(other);
        return *this;
    }
    ~WatchLink() { leave(); }

    /// -1 where nothing watches.
    [[nodiscard]] int number() const noexcept { return watch_ == nullptr ? -1 : watch_->number; }

    void enter(Watch& watch) noexcept {
        watch_ = &watch;
        watch.link = this;
    }
    void leave() noexcept {
        if (watch_ != nullptr) watch_->free();
    }
    /// The socket may go into another state, or close; if it does not, it is asked for its pollables anew.
    void let_go() noexcept {
        if (watch_ == nullptr) return;
        watch_->arrives.reset();
        watch_->takes.reset();
    }
    /// The table is gone.
    void forget() noexcept { watch_ = nullptr; }

private:
    void follow(WatchLink& other) noexcept {
        if (Watch* const watch = std::exchange(other.watch_, nullptr)) enter(*watch);
    }

    Watch* watch_ = nullptr;
};

inline void Watch::free() noexcept {
    if (link != nullptr) link->forget();
    *this = Watch();
}

}  // namespace estate::wasi

namespace estate {
using NativeWatchLink = wasi::WatchLink;
}
