// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>
#include <estate/socket/unix.hpp>

namespace estate {

/// bind(): gives the socket a path or an abstract name. A path makes a file, which goes with this socket: when it
/// closes, whatever state it has reached, unless it was released or passed on, or the file is another one by then.
/// A process that is killed leaves it. Who may connect is a matter of the file's mode (by umask) and of its directory.
///
/// From      Created, which is consumed.
/// Leaves    Bound. On failure Created, so that another address can be tried.
/// Errors    unix_errc::address_unnamed, path_too_long; unix_errc::stale_socket_file where the file is one that nobody
///           serves any more; address_in_use where somebody does, or it is no socket; no_such_file_or_directory,
///           permission_denied, or the system's own.
/// Source    POSIX bind(); unix(7).
template <class S, Local T>
struct ESTATE_CONSUMABLE lifecycle::operation<op::bind, Socket<S, T, NoHold>>
    : detail::SocketPart<op::bind, S, T, NoHold> {
    using Self = Socket<S, T, NoHold>;

    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::bind, Self> bind(const UnixAddress& at) && noexcept {
        return lifecycle::conclude<op::bind>(this->whole(), T::backend::bind(this->owned_handle(), at));
    }
    /// The same, and takes the stale file of a dead server away; one of a living server is address_in_use.
    /// It reads the directory, and fails with operation_would_block while somebody has it locked by flock().
    ESTATE_CONSUMES [[nodiscard]]
    lifecycle::transition<op::bind, Self> bind_over_stale(const UnixAddress& at) && noexcept {
        return lifecycle::conclude<op::bind>(this->whole(), T::backend::bind_over_stale(this->owned_handle(), at));
    }
    void bind(const UnixAddress&) & = delete;  // transitions consume: std::move(socket).bind(address)
    void bind_over_stale(const UnixAddress&) & = delete;
};

}  // namespace estate
