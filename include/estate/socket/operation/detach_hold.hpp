// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/transition.hpp>

namespace estate {

/// A socket and the hold that was taken from it.
template <class Plain, class Hold>
struct Detached {
    Plain socket;
    Hold hold;
};

/// detach_hold(): takes the hold out of a socket that does not use its address: one that was not bound,
/// or is closed.
///
/// From      Created, Closed; consumed.
/// Returns   the socket without a hold, and the hold.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::detach_hold, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] auto detach_hold() && {
        auto& self = static_cast<Self&>(*this);
        using detail::socket_access;
        return Detached<Socket<S, T, NoHold>, H>{
            socket_access::make<S, T>(std::move(socket_access::handle(self))), std::move(socket_access::hold(self))};
    }
    void detach_hold() & = delete;  // transitions consume: std::move(socket).detach_hold()

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
