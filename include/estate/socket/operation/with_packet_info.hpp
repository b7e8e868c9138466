// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

namespace detail {
template <class Op, class Self>
lifecycle::transition<Op, Self> ask_packet_info(Self& self) noexcept;
}

/// with_packet_info(): makes a socket of it that reports where each datagram was sent to and by which interface it
/// came, and whose send_to() can choose the address to send from; of the transport Informed<T>. A server on many
/// addresses answers from the one that was asked. Needs <estate/packet_info.hpp>.
///
/// From      Created, Bound; consumed. Datagrams that wait in a bound one have no interface.
/// Leaves    the same state with packet information; on failure the socket as it was.
/// Errors    the system's own. Absent on macOS, FreeBSD and WASI, and in a simulation.
/// Source    ip(7) IP_PKTINFO, RFC 3542 section 6.1 IPV6_RECVPKTINFO.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::with_packet_info, Socket<S, T, H>>
    : detail::SocketPart<op::with_packet_info, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::with_packet_info, Self> with_packet_info() && noexcept {
        return detail::ask_packet_info<op::with_packet_info>(this->whole());
    }
    void with_packet_info() & = delete;  // transitions consume: std::move(socket).with_packet_info()
};

}  // namespace estate
