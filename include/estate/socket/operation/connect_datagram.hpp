// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// connect(), UDP: fixes the peer; the kernel then lets its datagrams in only, and its refusals. What others sent
/// before is still in the queue, and recv() does not tell whose it is: a protocol over UDP checks what it gets.
/// On Linux a zoned peer ties the socket to its interface, even after a failure or disconnect().
///
/// From      Bound, or Connected to change the peer; consumed.
/// Leaves    Connected. On failure no peer is fixed any more: Bound; from Connected Closed where not even the
///           old peer could be given up, see disconnect().
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
        if constexpr (std::is_same_v<S, Bound>) {
            if (done) done = T::backend::connect(handle, peer);
            return detail::conclude<op::connect>(self, done);
        } else {  // without a disconnect between, Linux keeps the source address that led to the old peer
            using detail::socket_access;
            using Failure = typename detail::transition_of<op::connect, Self>::failure;
            if (const auto alone = T::backend::template disconnect<typename T::family>(handle); !alone) {
                return Failure{done ? alone.assume_error() : done.assume_error(), socket_access::advance<Closed>(self)};
            }
            if (done) done = T::backend::connect(handle, peer);
            if (done) return socket_access::advance<Connected>(self);
            return Failure{done.assume_error(), socket_access::advance<Bound>(self)};
        }
    }
    void connect(Peer) & = delete;  // transitions consume: std::move(socket).connect(peer)

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
