// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

namespace detail {
template <class Op, class Self>
lifecycle::transition<Op, Self> change_mode(Self& self, bool nonblocking) noexcept;
}

/// set_nonblocking(): makes a socket of it that never waits, of the transport NonBlocking<T>. Needs
/// <estate/nonblocking.hpp>.
///
/// From      Listening, Connecting, Connected, SendClosed, ReceiveClosed; UDP: Bound, Connected; consumed.
/// Leaves    the same state, which never waits; on failure the socket as it was.
/// Errors    the system's own.
/// Source    ioctl(FIONBIO), as POSIX fcntl(O_NONBLOCK); none on WASI, whose streams never wait by themselves.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::set_nonblocking, Socket<S, T, H>>
    : detail::SocketPart<op::set_nonblocking, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::set_nonblocking, Self> set_nonblocking() && noexcept {
        return detail::change_mode<op::set_nonblocking>(this->whole(), true);
    }
    void set_nonblocking() & = delete;  // transitions consume: std::move(socket).set_nonblocking()
};

}  // namespace estate
