// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/deadline.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// close(): gives the descriptor back and tells what close() said, which the destructor drops.
///
/// From      every live state; consumed.
/// Leaves    Closed, on failure too: the descriptor is gone either way and is never closed twice. A hold
///           stays in the ClosedSocket until that goes.
/// Source    POSIX close(); WASI resource drop.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::close, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES transition<op::close, Self> close() && {
        auto& self = static_cast<Self&>(*this);
        return detail::conclude<op::close>(self, T::backend::close(detail::socket_access::handle(self)));
    }
    void close() & = delete;  // transitions consume: std::move(socket).close()
};

/// abort(): ends the connection at once with RST; unsent bytes are dropped.
///
/// From      Connected, SendClosed or ReceiveClosed; consumed.
/// Leaves    Closed, on failure too.
/// Source    socket(7) SO_LINGER with time 0. Not in WASI.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::abort, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES transition<op::abort, Self> abort() && {
        auto& self = static_cast<Self&>(*this);
        return detail::conclude<op::abort>(self, T::backend::abort(detail::socket_access::handle(self)));
    }
    void abort() & = delete;  // transitions consume: std::move(socket).abort()
};

/// finish(): the polite end. Sends the FIN, reads and drops what the peer still sends up to its FIN, and
/// closes; so no reset can destroy the last bytes on their way.
///
/// From      Connected or SendClosed; consumed.
/// Leaves    Closed, on failure too.
/// Errors    errc::deadline_exceeded when the peer did not end in time; connection_reset.
/// Source    RFC 1122 section 4.2.2.13; POSIX shutdown(), recv(), close().
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::finish, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] transition<op::finish, Self> finish(Deadline until) && {
        auto& self = static_cast<Self&>(*this);
        auto& handle = detail::socket_access::handle(self);
        result<void> done = success();
        if constexpr (std::is_same_v<S, Connected>) done = T::backend::shutdown_send(handle);
        if (done) done = T::backend::drain(handle, until);
        const auto closed = T::backend::close(handle);
        return detail::conclude<op::finish>(self, done ? closed : done);
    }
    void finish(Deadline) & = delete;  // transitions consume: std::move(socket).finish(until)
};

}  // namespace estate
