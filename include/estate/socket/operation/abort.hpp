// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// A backend that can end a connection with a reset.
template <class B>
concept AbortingBackend = requires(typename B::handle& handle) {
    { B::abort(handle) } noexcept -> std::same_as<result<void>>;
};

/// abort(): ends the connection at once with RST; unsent bytes are dropped.
///
/// From      Connected, SendClosed or ReceiveClosed; consumed.
/// Leaves    Closed, on failure too.
/// Errors    the system's own.
/// Source    socket(7) SO_LINGER with time 0. Not in WASI.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::abort, Socket<S, T, H>> : detail::SocketPart<op::abort, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::abort, Self> abort() && noexcept {
        return lifecycle::conclude<op::abort>(this->whole(), T::backend::abort(this->owned_handle()));
    }
    void abort() & = delete;  // transitions consume: std::move(socket).abort()
};

}  // namespace estate
