// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/backlog.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// listen(): starts to queue incoming connections.
///
/// From      Bound, which is consumed.
/// Leaves    Listening; on failure Closed: WASI closes such a socket and POSIX promises nothing. An
///           address hold survives in the ClosedSocket inside the error.
/// Errors    address_in_use, or the system's own.
/// Source    POSIX listen(); wasi:sockets/tcp start-listen, finish-listen.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::listen, Socket<S, T, H>> : detail::SocketPart<op::listen, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::listen, Self> listen(Backlog backlog = {}) && noexcept {
        return lifecycle::conclude<op::listen>(
            this->whole(), T::backend::listen(this->owned_handle(), backlog.length()));
    }
    void listen(Backlog = {}) & = delete;  // transitions consume: std::move(socket).listen()
};

}  // namespace estate
