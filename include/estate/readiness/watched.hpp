// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/readiness/kind.hpp>

namespace estate {

template <class Kind>
class Ready;
template <class Mechanism, class... Kinds>
class BasicPoller;

/// A socket that a poller watches; it owns the socket, and the poller nothing. Move-only, and it may move: the poller
/// knows it by a number. Dropping it closes the socket, and what the system has yet to report of it is dropped too.
///
/// As large as the socket and 4 bytes. Transitions are no members: BasicPoller::unwatch() gives the socket back.
template <class Kind>
class Watched {
    using Socket = typename Kind::socket;
    using Body = typename lifecycle::object<Socket>::body;
    using Backend = typename Socket::transport::backend;

public:
    using kind = Kind;

    /// Watches nothing, as one that was moved from or closed.
    Watched() noexcept
        requires std::is_same_v<typename Socket::hold, NoHold>
        : socket_{lifecycle::machine::make<Socket>(Body(NoHold(), typename Backend::handle()))} {}
    Watched(Watched&& other) noexcept
        : socket_{std::move(other.socket_)}, stamp_{std::exchange(other.stamp_, 0)}, link_{std::move(other.link_)} {}
    Watched& operator=(Watched&& other) noexcept {
        link_ = std::move(other.link_);  // first: what hangs on the socket goes before it
        socket_ = std::move(other.socket_);
        stamp_ = std::exchange(other.stamp_, 0);
        return *this;
    }
    ~Watched() = default;

    [[nodiscard]] bool is_empty() const noexcept { return stamp_ == 0; }
    /// What events call it; of the sockets that are open no two have the same, and they are small.
    [[nodiscard]] std::uint32_t index() const noexcept { return static_cast<std::uint32_t>(number()); }
    /// For calls outside a turn. What they find proves nothing to the poller.
    [[nodiscard]] const Socket& socket() const noexcept ESTATE_LIFETIMEBOUND { return socket_; }

    /// Closes it, as dropping it does.
    void close() noexcept {
        const Watched closed(std::move(*this));
    }

private:
    friend Ready<Kind>;
    template <class Mechanism, class... Kinds>
    friend class BasicPoller;

    Watched(Socket&& socket, std::uint32_t stamp) noexcept : socket_{std::move(socket)}, stamp_{stamp} {}

    [[nodiscard]] int number() const noexcept {
        if constexpr (requires { link_.number(); }) {
            return link_.number();
        } else {
            return Backend::number(lifecycle::machine::body(socket_).handle);
        }
    }
    [[nodiscard]] std::uint64_t key() const noexcept { return detail::Key::of(index(), stamp_); }

    Socket socket_;
    std::uint32_t stamp_ = 0;
    [[no_unique_address]] typename watch_link_of<Backend>::type link_;
};

}  // namespace estate
