// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/packet_info.hpp>

namespace estate {

/// recv_segments(), with packet information: what recv_segments() gives, and where the datagrams were sent to.
///
/// From      Bound and Connected UDP with segments; stays.
/// Errors    as recv_segments().
/// Source    udp(7) UDP_GRO; ip(7) IP_PKTINFO, RFC 3542 section 6.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_segments, Socket<S, Informed<T>, H>>
    : detail::SocketPart<op::recv_segments, S, Informed<T>, H> {
    using Self = Socket<S, Informed<T>, H>;
    using Until = typename T::backend::until;
    using Got = Delivered<ReceivedSegments<typename T::address>>;

    ESTATE_USES [[nodiscard]] result<Got> recv_segments(MutableBuffer buffer,
                                                        Until until = Until::never()) const noexcept {
        if (buffer.empty()) return errc::invalid_argument;
        return T::backend::template recv_message<Got>(this->owned_handle(), buffer, until);
    }
};

}  // namespace estate
