// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// send_vectored(): sends several buffers in one call, with 1.2 KiB of stack, whatever is given.
///
/// From      Connected, ReceiveClosed; stays.
/// Returns   how many bytes were taken, over all buffers; at most 64, empty ones not counted, are looked at.
/// Errors    as send().
/// Source    POSIX sendmsg(): writev() cannot keep SIGPIPE away.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_vectored, Socket<S, T, H>>
    : detail::SocketPart<op::send_vectored, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_USES [[nodiscard]] result<std::size_t> send_vectored(std::span<const ConstBuffer> buffers,
                                                                Until until = Until::never()) const noexcept {
        return T::backend::send_vectored(this->owned_handle(), buffers,
                                         until);
    }
};

}  // namespace estate
