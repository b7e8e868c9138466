// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// accept(): takes the next connection.
///
/// The open file of a listener is non-blocking from listen() on, for each process that shares it, so that
/// accept() does not block if another thread or process took the connection.
///
/// From      Listening, which it stays whatever happens; may be called from several threads.
/// Yields    Connected, which shares the listener's address hold and is closed on exec.
/// Errors    classify_accept() says whether to try again, to wait for resources or to give up;
///           errc::deadline_exceeded, errc::stopped. Out of descriptors or memory the connection stays queued; on POSIX
///           the call has then rested for rest_of_accept, if `until` is not earlier: a loop may just try again.
/// Source    accept4(2); wasi:sockets/tcp accept.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::accept, Socket<S, T, H>> : detail::SocketPart<op::accept, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    using Yield = lifecycle::yield_of<op::accept, Self>;
    using Accepted = result<Yield>;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] Accepted accept() const noexcept {
        return yield(T::backend::accept(this->owned_handle()));
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] Accepted accept(Until until) const noexcept {
        return yield(T::backend::accept(this->owned_handle(), until));
    }
    template <class Outcome>
    ESTATE_INLINE Accepted yield(Outcome&& accepted) const {
        if (!accepted) return accepted.assume_error();
        return detail::make_socket<typename Yield::state, T, H>(
            std::forward<Outcome>(accepted).assume_value(), lifecycle::machine::body(this->whole()).hold.share());
    }
};

}  // namespace estate
