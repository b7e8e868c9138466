// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// remote_addr(): the address of the peer.
///
/// From      Connected, SendClosed, ReceiveClosed.
/// Errors    not_connected once the connection was reset, or ended from both sides.
/// Source    POSIX getpeername(); wasi:sockets remote-address.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::remote_addr, Socket<S, T, H>>
    : detail::SocketPart<op::remote_addr, S, T, H> {
    using Self = Socket<S, T, H>;
    using Address = typename T::address;

    ESTATE_USES [[nodiscard]] result<Address> remote_addr() const noexcept {
        return T::backend::template remote_addr<Address>(this->owned_handle());
    }
};

}  // namespace estate
