// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/base/deadline.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// recv_from() of a socket that never waits: receives the next datagram, from whomever.
///
/// From      Bound UDP; stays.
/// Returns   its size (0 is legal), its sender and whether it was cut; or that it would block.
/// Errors    errc::invalid_argument for an empty buffer; the system's own.
/// Source    POSIX recvfrom(); wasi:sockets/udp receive.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_from, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::recv_from, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    ESTATE_INLINE ESTATE_USES [[nodiscard]]
    result<Attempt<ReceivedFrom<typename T::address>>> recv_from(MutableBuffer buffer) const noexcept {
        if (buffer.empty()) [[unlikely]]
            return errc::invalid_argument;
        return detail::as_attempt(T::backend::template recv_from<typename T::address>(this->owned_handle(), buffer,
                                                                                     Deadline::at_once()));
    }
};

}  // namespace estate
