// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/halves.hpp>

namespace estate {

/// join(): makes one connection of two halves again, from either of them. What one half has shut stays shut, and says
/// the state: SendClosed, ReceiveClosed; Connected where neither has. Where both have, nothing is left to join.
///
/// From      Connected, SendClosed, ReceiveClosed; consumed, as the other half is.
/// Leaves    the whole socket in the state Connected, SendClosed or ReceiveClosed; on failure both halves as they were,
///           which are `reader` and `writer` of the `socket` in the error.
/// Errors    errc::halves_differ: they are of two connections; errc::moved_from.
/// Source    POSIX close() of the second descriptor.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::join, Socket<S, T, H>> : detail::SocketPart<op::join, S, T, H> {
    using Self = Socket<S, T, H>;
    template <OtherHalfOf<Self> Other>
    ESTATE_CONSUMES [[nodiscard]] auto join(Other&& other) && noexcept {
        if constexpr (T::receives) {
            return detail::join_halves(this->whole(), other);
        } else {
            return detail::join_halves(other, this->whole());
        }
    }
};

}  // namespace estate
