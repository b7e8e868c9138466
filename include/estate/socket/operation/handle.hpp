// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/transition.hpp>

namespace estate {

/// handle(): the native handle, for calls that this library does not have. Still owned by the socket.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::handle, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    /// A moved-from socket answers -1.
    ESTATE_USES [[nodiscard]] auto handle() const noexcept {
        return T::backend::number(detail::socket_access::handle(static_cast<const Self&>(*this)));
    }

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
