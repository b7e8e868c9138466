// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// recv_segments(): receives the next datagram, and with it those of the same sender and size that the system joined
/// to it. Room of 65,535 bytes holds whatever comes; less cuts the piece.
///
/// From      Bound and Connected UDP with segments; stays.
/// Returns   as recv_from(), and how long each datagram is: got.datagram(buffer, 0) to got.count() - 1.
/// Errors    as recv_from().
/// Source    udp(7) UDP_GRO.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::recv_segments, Socket<S, T, H>>
    : detail::SocketPart<op::recv_segments, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    using Got = ReceivedSegments<typename T::address>;

    ESTATE_USES [[nodiscard]] result<Got> recv_segments(MutableBuffer buffer,
                                                        Until until = Until::never()) const noexcept {
        if (buffer.empty()) return errc::invalid_argument;
        return T::backend::template recv_message<Got>(this->owned_handle(), buffer, until);
    }
};

}  // namespace estate
