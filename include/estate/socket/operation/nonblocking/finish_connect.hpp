// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/deadline.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// finish_connect() of a socket that never waits: looks whether the answer is there.
///
/// From      Connecting, which is consumed.
/// Leaves    one of Connected and, where it would block, Connecting; on failure Closed.
/// Errors    connection_refused, timed_out, or the system's own (SO_ERROR).
/// Source    POSIX poll(), getsockopt(SO_ERROR); wasi:sockets/tcp finish-connect.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::finish_connect, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::finish_connect, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;

    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::finish_connect, Self> finish_connect() && noexcept {
        auto& self = this->whole();
        const auto done = T::backend::await_connect(this->owned_handle(), Deadline::at_once());
        if (done) return lifecycle::succeed_in<op::finish_connect, Connected>(self);
        const Error why = done.assume_error();
        if (why == errc::deadline_exceeded) return lifecycle::succeed_in<op::finish_connect, Connecting>(self);
        return lifecycle::fail<op::finish_connect>(self, why);
    }
    void finish_connect() & = delete;  // transitions consume: std::move(socket).finish_connect()
};

}  // namespace estate
