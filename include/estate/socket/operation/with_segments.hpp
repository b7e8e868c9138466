// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>
#include <estate/socket/segmented.hpp>

namespace estate {

/// with_segments(): has the system cut what is sent into datagrams, and join those that come from one sender: one call
/// moves up to 64. The type of the socket changes to Socket<S, Segmented<T>, H>, which has send_segments() and
/// recv_segments(); recv(), recv_from() and recv_batch() it has no more, since they would take several for one.
///
/// From      Created, Bound; consumed.
/// Leaves    the same state with segments; on failure the socket as it was.
/// Errors    no_protocol_option where the kernel cannot (Linux before 5.0). Absent on macOS, FreeBSD and WASI, and in a
///           simulation.
/// Source    udp(7) UDP_GRO, UDP_SEGMENT.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::with_segments, Socket<S, T, H>>
    : detail::SocketPart<op::with_segments, S, T, H> {
    using Self = Socket<S, T, H>;
    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::with_segments, Self> with_segments() && noexcept {
        return lifecycle::conclude<op::with_segments>(this->whole(), T::backend::join_segments(this->owned_handle()));
    }
    void with_segments() & = delete;  // transitions consume: std::move(socket).with_segments()
};

}  // namespace estate
