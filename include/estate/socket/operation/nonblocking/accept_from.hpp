// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/accepted_from.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// accept_from() of a listener that never waits: takes the next connection, if one is queued, with its peer's address.
///
/// From      Listening, which it stays; may be called from several threads.
/// Yields    Connected, as accept(), with the peer's address. Or that it would block.
/// Errors    as accept().
/// Source    accept4(SOCK_NONBLOCK). Not in WASI, whose accept gives no address.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::accept_from, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::accept_from, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    using Address = typename T::address;
    using Yield = lifecycle::yield_of<op::accept_from, Self>;
    using Accepted = AcceptedFrom<Yield, Address>;

    ESTATE_USES [[nodiscard]] result<Attempt<Accepted>> accept_from() const noexcept {
        auto accepted = T::backend::template accept_from_nonblocking<Address>(this->owned_handle());
        if (!accepted) {
            if (accepted.assume_error() == errc::deadline_exceeded) return Attempt<Accepted>::blocked();
            return accepted.assume_error();
        }
        auto& [handle, peer] = accepted.assume_value();
        return Attempt<Accepted>(
            Accepted{detail::make_socket<typename Yield::state, NonBlocking<T>, H>(
                         std::move(handle), lifecycle::machine::body(this->whole()).hold.share()),
                     peer});
    }
};

}  // namespace estate
