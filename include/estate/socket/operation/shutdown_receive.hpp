// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// shutdown_receive(): receives no more. What is queued is lost; Linux sends the peer nothing.
///
/// From SendClosed it closes as well, after dropping what came unread. What the peer sends later is answered
/// by RST, which can overtake our last bytes: where the peer still talks, finish() is the safe end.
///
/// From      Connected or SendClosed, which is consumed.
/// Leaves    ReceiveClosed; from SendClosed, where this was the last open half, Closed. On failure Closed.
/// Errors    from Connected: not_connected when the connection was reset. From SendClosed it does not matter
///           what the peer did meanwhile; the errors of close() do.
/// Source    POSIX shutdown(SHUT_RD); wasi:sockets/tcp shutdown(receive).
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::shutdown_receive, Socket<S, T, H>>
    : detail::SocketPart<op::shutdown_receive, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::shutdown_receive, Self> shutdown_receive() && noexcept {
        constexpr bool ends = std::is_same_v<typename lifecycle::next_of<op::shutdown_receive, Self>::state, Closed>;
        auto& handle = this->owned_handle();
        // First: after SHUT_RD Linux sends no window for what is dropped, and a peer that waits for room would hear
        // nothing for minutes.
        if constexpr (ends) T::backend::discard_received(handle);
        auto done = T::backend::shutdown_receive(handle);
        if constexpr (ends) {
            // ended by the peer too: there is no half left to shut
            if (!done && done.assume_error().posix() == ENOTCONN) done = success();
            const auto closed = T::backend::close(handle);
            if (done) done = closed;
        }
        return lifecycle::conclude<op::shutdown_receive>(this->whole(), done);
    }
    void shutdown_receive() & = delete;  // transitions consume: std::move(socket).shutdown_receive()
};

}  // namespace estate
