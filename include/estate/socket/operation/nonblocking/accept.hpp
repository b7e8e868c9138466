// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// accept() of a listener that never waits: takes the next connection, if one is queued.
///
/// From      Listening, which it stays; may be called from several threads.
/// Yields    Connected, which never waits either and shares the listener's address hold. Or that it would block.
/// Errors    classify_accept() says whether to try again, to wait for resources or to give up.
/// Source    accept4(SOCK_NONBLOCK); wasi:sockets/tcp accept.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::accept, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::accept, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    using Yield = lifecycle::yield_of<op::accept, Self>;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<Attempt<Yield>> accept() const noexcept {
        auto accepted = T::backend::accept_nonblocking(this->owned_handle());
        if (!accepted) {
            if (accepted.assume_error() == errc::deadline_exceeded) return Attempt<Yield>::blocked();
            return accepted.assume_error();
        }
        return Attempt<Yield>(detail::make_socket<typename Yield::state, NonBlocking<T>, H>(
            std::move(accepted).assume_value(), lifecycle::machine::body(this->whole()).hold.share()));
    }
};

}  // namespace estate
