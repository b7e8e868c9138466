// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// begin_connect(): starts a connect and returns at once. The descriptor is non-blocking until
/// finish_connect() succeeds.
///
/// From      Created or Bound, which is consumed.
/// Leaves    Connecting, even where the system connected at once; on failure Closed.
/// Errors    as connect(), as far as they are known before an answer.
/// Source    POSIX connect() with O_NONBLOCK; wasi:sockets/tcp start-connect.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::begin_connect, Socket<S, T, H>>
    : detail::SocketPart<op::begin_connect, S, T, H> {
    using Self = Socket<S, T, H>;
    using Peer = typename T::address;

    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::begin_connect, Self> begin_connect(Peer peer) && noexcept {
        auto& self = this->whole();
        if (!is_stream_peer(peer, typename T::family())) [[unlikely]] {
            return lifecycle::fail<op::begin_connect>(self, why_not_peer(peer, typename T::family()));
        }
        return lifecycle::conclude<op::begin_connect>(
            self, T::backend::begin_connect(this->owned_handle(), peer));
    }
    void begin_connect(Peer) & = delete;  // transitions consume: std::move(socket).begin_connect(peer)
};

}  // namespace estate
