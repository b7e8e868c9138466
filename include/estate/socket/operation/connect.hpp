// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// connect(), TCP: establishes a connection.
///
/// From      Created without a hold (the system chooses the source address) or Bound; consumed.
/// Leaves    Connected; on failure Closed: POSIX leaves the state unspecified, and a second connect on one
///           socket is wrong somewhere on every system. A hold survives in the ClosedSocket.
///           To a port of this host where nobody listens it can be Connected to itself, if that is the port that it was
///           bound to or the system chose (RFC 9293 section 3.5, simultaneous open): a loop that tries again until a
///           server is there compares local_addr() with remote_addr().
/// Errors    errc::peer_port_zero, peer_unspecified, peer_multicast, peer_broadcast, address_v4_mapped,
///           deadline_exceeded; connection_refused, timed_out, network_unreachable, or the system's own.
/// Source    POSIX connect(); wasi:sockets/tcp start-connect, finish-connect.
template <class S, InternetStream T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::connect, Socket<S, T, H>> : detail::SocketPart<op::connect, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    using Peer = typename T::address;

    ESTATE_INLINE ESTATE_CONSUMES [[nodiscard]]
    lifecycle::transition<op::connect, Self> connect(Peer peer) && noexcept {
        return run(peer, [&](auto& handle) { return T::backend::connect(handle, peer); });
    }
    ESTATE_INLINE ESTATE_CONSUMES [[nodiscard]]
    lifecycle::transition<op::connect, Self> connect(Peer peer, Until until) && noexcept {
        return run(peer, [&](auto& handle) { return T::backend::connect(handle, peer, until); });
    }
    void connect(Peer) & = delete;  // transitions consume: std::move(socket).connect(peer)
    void connect(Peer, Until) & = delete;

private:
    template <class Call>
    ESTATE_INLINE lifecycle::transition<op::connect, Self> run(const Peer& peer, Call call) {
        auto& self = this->whole();
        if (!is_stream_peer(peer, typename T::family())) [[unlikely]] {
            return lifecycle::fail<op::connect>(self, why_not_peer(peer, typename T::family()));
        }
        return lifecycle::conclude<op::connect>(self, call(this->owned_handle()));
    }
};

}  // namespace estate
