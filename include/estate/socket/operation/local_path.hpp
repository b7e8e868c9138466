// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>
#include <estate/socket/unix.hpp>

namespace estate {

/// local_addr(): the path or name that the socket was bound to; unnamed where it was not, as of most clients and of
/// every pair. What was accepted has that of its listener.
///
/// From      Bound, Listening, Connected, SendClosed, ReceiveClosed; stays.
/// Source    POSIX getsockname(); unix(7).
template <class S, Local T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::local_addr, Socket<S, T, H>>
    : detail::SocketPart<op::local_addr, S, T, H> {
    using Self = Socket<S, T, H>;

    ESTATE_USES [[nodiscard]] result<UnixAddress> local_addr() const noexcept {
        return T::backend::template local_addr<UnixAddress>(this->owned_handle());
    }
};

}  // namespace estate
