// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/base/deadline.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// send_vectored() of a socket that never waits: sends several buffers in one call.
///
/// From      Connected, ReceiveClosed; stays.
/// Returns   how many bytes were taken over all buffers, or that it would block; at most 64 are looked at.
/// Errors    as send().
/// Source    POSIX sendmsg().
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_vectored, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::send_vectored, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    ESTATE_USES [[nodiscard]]
    result<Attempt<std::size_t>> send_vectored(std::span<const ConstBuffer> buffers) const noexcept {
        return detail::as_attempt(T::backend::send_vectored(this->owned_handle(), buffers, Deadline::at_once()));
    }
};

}  // namespace estate
