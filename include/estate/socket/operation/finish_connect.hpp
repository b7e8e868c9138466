// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/deadline.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// finish_connect(): waits for the answer.
///
/// From      Connecting, which is consumed.
/// Leaves    Connected. On failure one of Connecting (the deadline passed; call again) and Closed.
/// Errors    errc::deadline_exceeded; connection_refused, timed_out, or the system's own (SO_ERROR).
/// Source    POSIX poll(), getsockopt(SO_ERROR); wasi:sockets/tcp finish-connect.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::finish_connect, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;

    ESTATE_CONSUMES [[nodiscard]] transition<op::finish_connect, Self> finish_connect(Deadline until) && {
        auto& self = static_cast<Self&>(*this);
        using detail::socket_access;
        using Failure = typename detail::transition_of<op::finish_connect, Self>::failure;
        const auto done = T::backend::finish_connect(socket_access::handle(self), until);
        if (done) return socket_access::advance<Connected>(self);
        if (done.assume_error() == errc::deadline_exceeded) {
            return Failure{done.assume_error(), socket_access::advance<Connecting>(self)};
        }
        return Failure{done.assume_error(), socket_access::advance<Closed>(self)};
    }
    void finish_connect(Deadline) & = delete;  // transitions consume: std::move(socket).finish_connect(until)

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
