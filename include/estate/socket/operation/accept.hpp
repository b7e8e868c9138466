// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/base/deadline.hpp>
#include <estate/socket/transition.hpp>

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
/// Errors    classify_accept() tells try again, stopped, out of resources and fatal apart;
///           errc::deadline_exceeded, errc::stopped. Out of descriptors the connection stays queued: free one, or wait.
/// Source    accept4(2); wasi:sockets/tcp accept.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::accept, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    using Accepted = result<Socket<Connected, T, H>>;

    ESTATE_USES [[nodiscard]] Accepted accept() const { return yield(T::backend::accept(own_handle())); }
    ESTATE_USES [[nodiscard]] Accepted accept(Deadline until) const {
        return yield(T::backend::accept(own_handle(), until));
    }
    /// Ends with errc::stopped once another thread calls waker.wake().
    template <std::same_as<BasicWaker<typename T::backend>> Waker>
    ESTATE_USES [[nodiscard]] Accepted accept(const Waker& waker, Deadline until = Deadline::never()) const {
        return yield(T::backend::accept(own_handle(), waker.backend(), until));
    }

private:
    [[nodiscard]] const auto& own_handle() const noexcept {
        return detail::socket_access::handle(static_cast<const Self&>(*this));
    }
    template <class Outcome>
    Accepted yield(Outcome&& accepted) const {
        if (!accepted) return accepted.assume_error();
        return detail::socket_access::make<Connected, T, H>(
            std::forward<Outcome>(accepted).assume_value(),
            detail::socket_access::hold(static_cast<const Self&>(*this)).share());
    }

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
