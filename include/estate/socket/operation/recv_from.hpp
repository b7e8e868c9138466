// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// recv_from(): receives the next datagram, from whomever.
///
/// From      Bound UDP; stays.
/// Returns   its size (0 is legal), its sender, and whether it was cut to fit the buffer.
/// Errors    errc::invalid_argument for an empty buffer; errc::deadline_exceeded, errc::stopped; the system's own.
/// Source    POSIX recvfrom(), Linux MSG_TRUNC; wasi:sockets/udp receive.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_from, Socket<S, T, H>>
    : detail::SocketPart<op::recv_from, S, T, H> {
    using Self = Socket<S, T, H>;
    using Address = typename T::address;
    using Until = typename T::backend::until;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<ReceivedFrom<Address>> recv_from(
        MutableBuffer buffer, Until until = Until::never()) const noexcept {
        if (buffer.empty()) [[unlikely]]
            return errc::invalid_argument;
        return T::backend::template recv_from<Address>(this->owned_handle(), buffer, until);
    }
};

}  // namespace estate
