// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// connect(), UDP: fixes the peer; the kernel then delivers its datagrams only, and its refusals.
///
/// From      Bound, or Connected to change the peer; consumed.
/// Leaves    Connected; on failure Bound: no peer is fixed any more.
/// Errors    errc::peer_port_zero, peer_unspecified, address_v4_mapped; network_unreachable, or the
///           system's own.
/// Source    POSIX connect(); wasi:sockets/udp stream(some).
template <class S, Datagram T, class H>
struct ESTATE_CONSUMABLE operation<op::connect, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    using Peer = SocketAddress<typename T::family>;

    ESTATE_CONSUMES [[nodiscard]] transition<op::connect, Self> connect(Peer peer) && {
        auto& self = static_cast<Self&>(*this);
        auto& handle = detail::socket_access::handle(self);
        auto done = check_datagram_peer(peer);
        if (done) done = T::backend::connect(handle, peer);
        if constexpr (std::is_same_v<S, Connected>) {
            if (!done) (void)T::backend::template disconnect<typename T::family>(handle);
        }
        return detail::conclude<op::connect>(self, done);
    }
    void connect(Peer) & = delete;  // transitions consume: std::move(socket).connect(peer)
};

}  // namespace estate
