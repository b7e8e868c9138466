// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/base/deadline.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// send() of a socket that never waits: hands bytes to the system.
///
/// From      Connected, ReceiveClosed; stays.
/// Returns   how many bytes were taken, on a stream perhaps fewer than given; or that it would block.
/// Errors    as send() of one that waits.
/// Source    POSIX send(MSG_NOSIGNAL); wasi:io/streams write, wasi:sockets/udp send.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::send, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<Attempt<std::size_t>> send(ConstBuffer bytes) const noexcept {
        return detail::as_attempt(detail::send_at_once<typename T::backend>(this->owned_handle(), bytes));
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<Attempt<std::size_t>> send(std::string_view text) const noexcept {
        return send(as_buffer(text));
    }
    void send(std::nullptr_t) const = delete;  // no text
    template <std::size_t Size>
    void send(char (&)[Size]) const = delete;  // std::string_view(array, length)
};

}  // namespace estate
