// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// recv(), of datagrams: receives the next datagram or sequenced packet: of the fixed peer, or one that was there
/// before it was fixed.
///
/// From      Connected; SendClosed of sequenced packets; stays.
/// Returns   its size (0 is legal) and whether it was cut to fit the buffer.
/// Errors    connection_refused when an earlier datagram was refused; errc::end_of_stream of sequenced packets whose
///           sender has closed; errc::invalid_argument for an empty buffer; errc::deadline_exceeded, errc::stopped.
/// Source    POSIX recv(), Linux MSG_TRUNC; wasi:sockets/udp receive.
template <class S, Datagram T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv, Socket<S, T, H>> : detail::SocketPart<op::recv, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;

    ESTATE_INLINE ESTATE_USES [[nodiscard]]
    result<Received> recv(MutableBuffer buffer, Until until = Until::never()) const noexcept {
        if (buffer.empty()) [[unlikely]]
            return errc::invalid_argument;
        return T::backend::recv_datagram(this->owned_handle(), buffer, until);
    }
};

}  // namespace estate
