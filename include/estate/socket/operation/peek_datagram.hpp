// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// A backend that can look at a datagram and leave it there.
template <class B>
concept DatagramPeekingBackend = requires(const typename B::handle& same, MutableBuffer in, typename B::until until) {
    { B::template peek_datagram<Received>(same, in, until) } noexcept -> std::same_as<result<Received>>;
};

/// peek(), UDP: receives what recv_from() or recv() would, and leaves the datagram to be received.
///
/// From      Bound, Connected; stays.
/// Returns   as recv_from(), as recv() of a fixed peer; `length` is the size of the buffer that the datagram wants.
/// Errors    as recv_from() and recv().
/// Source    POSIX recvfrom(MSG_PEEK). Absent on WASI.
template <class S, Datagram T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::peek, Socket<S, T, H>> : detail::SocketPart<op::peek, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_USES [[nodiscard]] auto peek(MutableBuffer buffer, Until until = Until::never()) const noexcept {
        using Got = std::conditional_t<std::is_same_v<S, Bound>, ReceivedFrom<typename T::address>, Received>;
        if (buffer.empty()) return result<Got>(errc::invalid_argument);
        return T::backend::template peek_datagram<Got>(this->owned_handle(), buffer, until);
    }
};

}  // namespace estate
