// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/base/deadline.hpp>
#include <estate/socket/part.hpp>

namespace estate {

template <class Backend>
class BasicWaker;

/// accept(): takes the next connection.
///
/// The open file of a listener is non-blocking from listen() on, for everyone who shares it: no accept may block
/// because another thread or process took the connection.
///
/// From      Listening, which it stays whatever happens; may be called from several threads.
/// Yields    Connected, which shares the listener's address hold and is closed on exec.
/// Errors    classify_accept() says whether to try again, to wait for resources or to give up;
///           errc::deadline_exceeded, errc::stopped. Out of descriptors the connection stays queued: free one, or wait.
/// Source    accept4(2); wasi:sockets/tcp accept.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::accept, Socket<S, T, H>> : detail::SocketPart<op::accept, S, T, H> {
    using Self = Socket<S, T, H>;
    using Yield = lifecycle::yield_of<op::accept, Self>;
    using Accepted = result<Yield>;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] Accepted accept() const noexcept {
        return yield(T::backend::accept(this->owned_handle()));
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] Accepted accept(Deadline until) const noexcept {
        return yield(T::backend::accept(this->owned_handle(), until));
    }
    /// Ends with errc::stopped once another thread calls waker.wake().
    template <std::same_as<BasicWaker<typename T::backend>> Waker>
    ESTATE_INLINE ESTATE_USES [[nodiscard]]
    Accepted accept(const Waker& waker, Deadline until = Deadline::never()) const noexcept {
        return yield(T::backend::accept(this->owned_handle(), waker.backend(), until));
    }
    template <class Outcome>
    ESTATE_INLINE Accepted yield(Outcome&& accepted) const {
        if (!accepted) return accepted.assume_error();
        return detail::make_socket<typename Yield::state, T, H>(
            std::forward<Outcome>(accepted).assume_value(), lifecycle::machine::body(this->whole()).hold.share());
    }
};

}  // namespace estate
