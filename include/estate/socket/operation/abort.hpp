// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/transition.hpp>

namespace estate {

/// abort(): ends the connection at once with RST; unsent bytes are dropped.
///
/// From      Connected, SendClosed or ReceiveClosed; consumed.
/// Leaves    Closed, on failure too.
/// Errors    the system's own.
/// Source    socket(7) SO_LINGER with time 0. Not in WASI.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::abort, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] transition<op::abort, Self> abort() && {
        auto& self = static_cast<Self&>(*this);
        return detail::conclude<op::abort>(self, T::backend::abort(detail::socket_access::handle(self)));
    }
    void abort() & = delete;  // transitions consume: std::move(socket).abort()

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
