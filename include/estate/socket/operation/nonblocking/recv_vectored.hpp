// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/base/deadline.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// recv_vectored() of a socket that never waits: receives into several buffers, filling one after the other.
///
/// From      Connected, SendClosed; stays.
/// Returns   how many bytes were written over all buffers, 1 at least, or that it would block; at most 64 are used.
/// Errors    as recv().
/// Source    POSIX recvmsg().
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_vectored, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::recv_vectored, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    ESTATE_USES [[nodiscard]]
    result<Attempt<std::size_t>> recv_vectored(std::span<const MutableBuffer> buffers) const noexcept {
        std::size_t room = 0;
        for (const auto& buffer : buffers) room += buffer.size();
        if (room == 0) return errc::invalid_argument;
        return detail::as_attempt(T::backend::recv_vectored(this->owned_handle(), buffers, Deadline::at_once()));
    }
};

}  // namespace estate
