// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// handle(): the native handle, for calls that this library does not have. Still owned by the socket.
///
/// From      every live state; stays.
/// Source    none
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::handle, Socket<S, T, H>> : detail::SocketPart<op::handle, S, T, H> {
    using Self = Socket<S, T, H>;
    /// A moved-from socket answers -1.
    ESTATE_USES [[nodiscard]] auto handle() const noexcept {
        return T::backend::number(this->owned_handle());
    }
};

}  // namespace estate
