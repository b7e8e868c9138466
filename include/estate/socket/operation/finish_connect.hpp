// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/until.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// finish_connect(): waits for the answer.
///
/// From      Connecting, which is consumed.
/// Leaves    Connected. On failure one of Connecting (the deadline passed, or a waker stopped it: call again) and
///           Closed.
/// Errors    errc::deadline_exceeded, errc::stopped; connection_refused, timed_out, or the system's own (SO_ERROR).
/// Source    POSIX poll(), getsockopt(SO_ERROR); wasi:sockets/tcp finish-connect.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::finish_connect, Socket<S, T, H>>
    : detail::SocketPart<op::finish_connect, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_CONSUMES [[nodiscard]]
    lifecycle::transition<op::finish_connect, Self> finish_connect(Until until) && noexcept {
        auto& self = this->whole();
        const auto done = T::backend::finish_connect(this->owned_handle(), until);
        if (done) return lifecycle::succeed<op::finish_connect>(self);
        const Error why = done.assume_error();
        if (is_end_of(until, why)) return lifecycle::fail_in<op::finish_connect, Connecting>(self, why);
        return lifecycle::fail_in<op::finish_connect, Closed>(self, why);
    }
    void finish_connect(Until) & = delete;  // transitions consume: std::move(socket).finish_connect(until)
};

}  // namespace estate
