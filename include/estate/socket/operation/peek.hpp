// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// peek(), TCP: receives what recv() would, and leaves it to be received.
///
/// From      Connected, SendClosed; stays.
/// Returns   how many bytes were written into room, 1 at least. A second peek may see no more than the first: what
///           waits for more receives.
/// Errors    as recv().
/// Source    POSIX recv(MSG_PEEK). Absent on WASI.
template <class S, Stream T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::peek, Socket<S, T, H>> : detail::SocketPart<op::peek, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_USES [[nodiscard]] result<std::size_t> peek(MutableBuffer room,
                                                       Until until = Until::never()) const noexcept {
        if (room.empty()) return errc::invalid_argument;
        return T::backend::peek(this->owned_handle(), room, until);
    }
};

/// peek(), UDP: receives what recv_from() or recv() would, and leaves the datagram to be received.
///
/// From      Bound, Connected; stays.
/// Returns   as recv_from(), as recv() of a fixed peer; `length` tells how much room the datagram wants.
/// Errors    as recv_from() and recv().
/// Source    POSIX recvfrom(MSG_PEEK). Absent on WASI.
template <class S, Datagram T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::peek, Socket<S, T, H>> : detail::SocketPart<op::peek, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_USES [[nodiscard]] auto peek(MutableBuffer room, Until until = Until::never()) const noexcept {
        using Got = std::conditional_t<std::is_same_v<S, Bound>, ReceivedFrom<typename T::address>, Received>;
        if (room.empty()) return result<Got>(errc::invalid_argument);
        return T::backend::template peek_datagram<Got>(this->owned_handle(), room, until);
    }
};

}  // namespace estate
