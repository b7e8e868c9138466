// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// send_to(): sends one datagram to a peer.
///
/// From      Bound; Created of Unix-domain sockets, which need no name to send; stays.
/// Returns   its size: a datagram goes whole or not at all. An empty one is legal.
/// Errors    errc::peer_port_zero, peer_unspecified, address_v4_mapped; message_size, permission_denied
///           (a broadcast without option::broadcast), network_unreachable; errc::deadline_exceeded, errc::stopped. To a
///           Unix-domain address: unix_errc::address_unnamed; no_such_file_or_directory, connection_refused,
///           permission_denied.
/// Source    POSIX sendto(); wasi:sockets/udp check-send, send.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_to, Socket<S, T, H>> : detail::SocketPart<op::send_to, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    using Peer = typename T::address;

    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send_to(ConstBuffer bytes, const Peer& peer,
                                                          Until until = Until::never()) const noexcept {
        if (!is_datagram_peer(peer, typename T::family())) [[unlikely]]
            return why_not_peer(peer, typename T::family());
        return T::backend::send_to(this->owned_handle(), bytes, peer, until);
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]] result<std::size_t> send_to(std::string_view text, const Peer& peer,
                                                          Until until = Until::never()) const noexcept {
        return send_to(as_buffer(text), peer, until);
    }
    void send_to(std::nullptr_t, const Peer&, Until = Until::never()) const = delete;  // no text
    template <std::size_t Size>
    void send_to(char (&)[Size], const Peer&, Until = Until::never()) const = delete;  // as send()
};

}  // namespace estate
