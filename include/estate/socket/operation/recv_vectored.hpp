// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// recv_vectored(): receives into several buffers in one call, filling one after the other, with 1.2 KiB of stack,
/// whatever is given.
///
/// From      Connected, SendClosed; stays.
/// Returns   how many bytes were written over all buffers, 1 at least; at most 64, empty ones not counted, are used.
/// Errors    as recv().
/// Source    POSIX recvmsg().
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_vectored, Socket<S, T, H>>
    : detail::SocketPart<op::recv_vectored, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_USES [[nodiscard]] result<std::size_t> recv_vectored(std::span<const MutableBuffer> buffers,
                                                                Until until = Until::never()) const noexcept {
        std::size_t room = 0;
        for (const auto& buffer : buffers) room += buffer.size();
        if (room == 0) return errc::invalid_argument;
        return T::backend::recv_vectored(this->owned_handle(), buffers,
                                         until);
    }
};

}  // namespace estate
