// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

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
struct ESTATE_CONSUMABLE lifecycle::operation<op::shutdown_send, Socket<S, T, H>>
    : detail::SocketPart<op::shutdown_send, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::shutdown_send, Self> shutdown_send() && noexcept {
        constexpr bool ends = std::is_same_v<typename lifecycle::next_of<op::shutdown_send, Self>::state, Closed>;
        auto& handle = this->owned_handle();
        // First: Linux sends no window for what is dropped after SHUT_RD, but the FIN carries it, so that a peer which
        // waits for room goes on sending and hears the RST.
        if constexpr (ends) T::backend::discard_received(handle);
        auto done = T::backend::shutdown_send(handle);
        if constexpr (ends) {
            const auto closed = T::backend::close(handle);
            if (done) done = closed;
        }
        return lifecycle::conclude<op::shutdown_send>(this->whole(), done);
    }
    void shutdown_send() & = delete;  // transitions consume: std::move(socket).shutdown_send()
};

}  // namespace estate
