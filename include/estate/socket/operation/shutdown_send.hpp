// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/transition.hpp>

namespace estate {

/// shutdown_send(): sends the FIN; the peer reads the end after the last byte.
///
/// From      Connected or ReceiveClosed, which is consumed.
/// Leaves    SendClosed; from ReceiveClosed, where this was the last open half, Closed. On failure Closed.
/// Errors    not_connected when the connection was reset.
/// Source    POSIX shutdown(SHUT_WR); wasi:sockets/tcp shutdown(send).
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::shutdown_send, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] transition<op::shutdown_send, Self> shutdown_send() && {
        auto& self = static_cast<Self&>(*this);
        return detail::conclude<op::shutdown_send>(
            self, T::backend::shutdown_send(detail::socket_access::handle(self)));
    }
    void shutdown_send() & = delete;  // transitions consume: std::move(socket).shutdown_send()
};

}  // namespace estate
