// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

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
/// Leaves    the same state, without a hold.
/// Returns   the socket without a hold, and the hold.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::detach_hold, Socket<S, T, H>>
    : detail::SocketPart<op::detach_hold, S, T, H> {
    using Self = Socket<S, T, H>;
    using Plain = lifecycle::next_of<op::detach_hold, Self>;
    ESTATE_CONSUMES [[nodiscard]] auto detach_hold() && noexcept {
        auto& body = lifecycle::machine::body(this->whole());
        return Detached<Plain, H>{detail::make_socket<typename Plain::state, T>(std::move(body.handle)),
                                  std::move(body.hold)};
    }
    void detach_hold() & = delete;  // transitions consume: std::move(socket).detach_hold()
};

}  // namespace estate
