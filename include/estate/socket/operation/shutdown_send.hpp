// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/transition.hpp>

namespace estate {

/// shutdown_send(): sends the FIN; the peer reads the end after the last byte.
///
/// From ReceiveClosed it closes as well, after dropping what came unread. What the peer sends later is answered
/// by RST, which can overtake our last bytes: where the peer still talks, finish() from Connected is the safe end.
///
/// From      Connected or ReceiveClosed, which is consumed.
/// Leaves    SendClosed; from ReceiveClosed, where this was the last open half, Closed. On failure Closed.
/// Errors    not_connected when the connection was reset. From ReceiveClosed those of close() too.
/// Source    POSIX shutdown(SHUT_WR); wasi:sockets/tcp shutdown(send).
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::shutdown_send, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] transition<op::shutdown_send, Self> shutdown_send() && {
        auto& self = static_cast<Self&>(*this);
        auto& handle = detail::socket_access::handle(self);
        // First: Linux sends no window for what is dropped after SHUT_RD, but the FIN carries it, so that a peer which
        // waits for room goes on sending and hears the RST.
        if constexpr (std::is_same_v<S, ReceiveClosed>) T::backend::discard_received(handle);
        auto done = T::backend::shutdown_send(handle);
        if constexpr (std::is_same_v<S, ReceiveClosed>) {
            const auto closed = T::backend::close(handle);
            if (done) done = closed;
        }
        return detail::conclude<op::shutdown_send>(self, done);
    }
    void shutdown_send() & = delete;  // transitions consume: std::move(socket).shutdown_send()

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
