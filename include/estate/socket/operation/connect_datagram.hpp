// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// connect(), UDP: fixes the peer. From then on only its datagrams, and ICMP errors about it, are received. What others
/// sent before is still in the queue, and recv() does not report its sender: a protocol over UDP checks what it gets.
/// On Linux a zoned peer ties the socket to its interface, even after a failure or disconnect().
///
/// From      Bound, or Connected to change the peer; consumed.
/// Leaves    Connected. On failure no peer is fixed any more: Bound; from Connected Closed where not even the
///           old peer could be given up, see disconnect().
/// Errors    errc::peer_port_zero, peer_unspecified, address_v4_mapped; network_unreachable, or the
///           system's own.
/// Source    POSIX connect(); wasi:sockets/udp stream(some).
template <class S, InternetDatagram T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::connect, Socket<S, T, H>> : detail::SocketPart<op::connect, S, T, H> {
    using Self = Socket<S, T, H>;
    using Peer = typename T::address;

    ESTATE_CONSUMES [[nodiscard]] lifecycle::transition<op::connect, Self> connect(Peer peer) && noexcept {
        auto& self = this->whole();
        auto& handle = this->owned_handle();
        auto done = check_datagram_peer(peer, typename T::family());
        if constexpr (std::is_same_v<S, Bound>) {
            if (done) done = T::backend::connect(handle, peer);
            return lifecycle::conclude<op::connect>(self, done);
        } else {  // without a disconnect between, Linux keeps the source address that led to the old peer
            if (const auto alone = T::backend::template disconnect<typename T::address>(handle); !alone) {
                return lifecycle::fail_in<op::connect, Closed>(self, done ? alone.assume_error() : done.assume_error());
            }
            if (done) done = T::backend::connect(handle, peer);
            if (done) return lifecycle::succeed<op::connect>(self);
            return lifecycle::fail_in<op::connect, Bound>(self, done.assume_error());
        }
    }
    void connect(Peer) & = delete;  // transitions consume: std::move(socket).connect(peer)
};

}  // namespace estate
