// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>
#include <estate/socket/unix.hpp>

namespace estate {

/// connect(): connects to the socket at a path or an abstract name; a datagram socket fixes its peer. It waits while
/// the backlog of a listener is full.
///
/// From      Created or Bound; consumed.
/// Leaves    Connected. On failure Closed; a datagram socket stays Created or Bound.
/// Errors    unix_errc::address_unnamed, path_too_long, deadline_exceeded, stopped; no_such_file_or_directory;
///           connection_refused where the file is stale or its socket does not listen; wrong_protocol_type where it is
///           of another type; permission_denied, or the system's own.
/// Source    POSIX connect(); unix(7).
template <class S, Local T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::connect, Socket<S, T, H>> : detail::SocketPart<op::connect, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::connect, Self> connect(
        const UnixAddress& peer, Until until = Until::never()) && noexcept {
        return lifecycle::conclude<op::connect>(this->whole(), T::backend::connect(this->owned_handle(), peer, until));
    }
    void connect(const UnixAddress&, Until = Until::never()) & = delete;  // std::move(socket).connect(peer)
};

}  // namespace estate
