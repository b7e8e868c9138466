// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/net/buffer.hpp>
#include <estate/base/deadline.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

/// send_to() of a socket that never waits: sends one datagram to a peer.
///
/// From      Bound UDP; stays.
/// Returns   its size, or that it would block: a datagram goes whole or not at all.
/// Errors    as send_to() of one that waits.
/// Source    POSIX sendto(); wasi:sockets/udp check-send, send.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_to, Socket<S, NonBlocking<T>, H>>
    : detail::SocketPart<op::send_to, S, NonBlocking<T>, H> {
    using Self = Socket<S, NonBlocking<T>, H>;
    using Peer = typename T::address;
    ESTATE_INLINE ESTATE_USES [[nodiscard]]
    result<Attempt<std::size_t>> send_to(ConstBuffer bytes, const Peer& peer) const noexcept {
        if (!is_datagram_peer(peer, typename T::family())) [[unlikely]]
            return why_not_peer(peer, typename T::family());
        return detail::as_attempt(T::backend::send_to(this->owned_handle(), bytes, peer, Deadline::at_once()));
    }
    ESTATE_INLINE ESTATE_USES [[nodiscard]]
    result<Attempt<std::size_t>> send_to(std::string_view text, const Peer& peer) const noexcept {
        return send_to(as_buffer(text), peer);
    }
    void send_to(std::nullptr_t, const Peer&) const = delete;  // no text
    template <std::size_t Size>
    void send_to(char (&)[Size], const Peer&) const = delete;  // as send()
};

}  // namespace estate
