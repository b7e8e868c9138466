// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/nonblocking.hpp>

namespace estate {

/// set_blocking(): makes a socket of it whose calls wait.
///
/// From      every live state; consumed.
/// Leaves    the same state, which waits; on failure the socket as it was.
/// Errors    the system's own.
/// Source    ioctl(FIONBIO), as POSIX fcntl(O_NONBLOCK).
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::set_blocking, Socket<S, T, H>>
    : detail::SocketPart<op::set_blocking, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::set_blocking, Self> set_blocking() && noexcept {
        return detail::change_mode<op::set_blocking>(this->whole(), false);
    }
    void set_blocking() & = delete;  // transitions consume: std::move(socket).set_blocking()
};

}  // namespace estate
