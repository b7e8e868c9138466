// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/base/deadline.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// recv() of a socket that never waits: receives what has arrived.
///
/// From      Connected, SendClosed; stays.
/// Returns   how many bytes came, 1 at least, or that it would block. Of a datagram its size (0 is
///           legal) and whether it was cut.
/// Errors    errc::end_of_stream, errc::invalid_argument for an empty buffer; as recv() of one that waits.
/// Source    POSIX recv(); wasi:io/streams read, wasi:sockets/udp receive.
template <class S, Stream T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::recv, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<Attempt<std::size_t>> recv(MutableBuffer buffer) const noexcept {
        if (buffer.empty()) [[unlikely]]
            return errc::invalid_argument;
        return detail::as_attempt(detail::recv_at_once<typename T::backend>(this->owned_handle(), buffer));
    }
};
template <class S, Datagram T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::recv, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<Attempt<Received>> recv(MutableBuffer buffer) const noexcept {
        if (buffer.empty()) [[unlikely]]
            return errc::invalid_argument;
        return detail::as_attempt(T::backend::recv_datagram(this->owned_handle(), buffer, Deadline::at_once()));
    }
};

}  // namespace estate
