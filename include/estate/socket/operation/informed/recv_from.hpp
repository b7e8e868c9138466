// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/packet_info.hpp>

namespace estate {

/// recv_from(), with packet information: also where the datagram was sent to and by which interface it came.
///
/// From      Bound UDP; stays.
/// Returns   what recv_from() gives, and `destination`, `interface_index`, and `source`, which send_to() takes.
/// Errors    as recv_from().
/// Source    POSIX recvmsg(), Linux MSG_TRUNC; ip(7) IP_PKTINFO, RFC 3542 section 6.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_from, Socket<S, Informed<T>, H>>
    : detail::SocketPart<op::recv_from, S, Informed<T>, H> {
    using Self = Socket<S, Informed<T>, H>;
    using Until = typename T::backend::until;
    using Got = Delivered<ReceivedFrom<typename T::address>>;

    ESTATE_USES [[nodiscard]] result<Got> recv_from(MutableBuffer buffer,
                                                    Until until = Until::never()) const noexcept {
        if (buffer.empty()) return errc::invalid_argument;
        return T::backend::template recv_message<Got>(this->owned_handle(), buffer, until);
    }
};

}  // namespace estate
