// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// begin_connect(): starts a connect and returns at once. The descriptor is non-blocking until
/// finish_connect() succeeds.
///
/// From      Created or Bound, which is consumed.
/// Leaves    Connecting, even where the system connected at once; on failure Closed.
/// Errors    as connect(), as far as they are known before an answer.
/// Source    POSIX connect() with O_NONBLOCK; wasi:sockets/tcp start-connect.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::begin_connect, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    using Peer = SocketAddress<typename T::family>;

    ESTATE_CONSUMES [[nodiscard]] transition<op::begin_connect, Self> begin_connect(Peer peer) && {
        auto& self = static_cast<Self&>(*this);
        if (!is_stream_peer(peer)) return detail::fail<op::begin_connect>(self, why_not_peer(peer));
        return detail::conclude<op::begin_connect>(
            self, T::backend::begin_connect(detail::socket_access::handle(self), peer));
    }
    void begin_connect(Peer) & = delete;  // transitions consume: std::move(socket).begin_connect(peer)

protected:
    ~operation() = default;  // a part of Self, never an object
};

/// A created socket that holds an address would connect from another one and keep that one for nothing.
template <class T, class H>
    requires(!std::is_same_v<H, NoHold>)
struct ESTATE_CONSUMABLE operation<op::begin_connect, Socket<Created, T, H>> {
    template <class... Peer>
    void begin_connect(const Peer&...) = delete;  // bind(port) to the held address first, or detach_hold()

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
