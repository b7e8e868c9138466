// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/net/buffer.hpp>
#include <estate/socket/packet_info.hpp>

namespace estate {

/// send_to(), with packet information: also from an address or by an interface of choice.
///
/// From      Bound UDP; stays.
/// Returns   as send_to().
/// Errors    as send_to(); network_unreachable (IPv4) or invalid_argument (IPv6) for a source that is no address of
///           this host; no_such_device; errc::moved_from of a lease too.
/// Source    POSIX sendmsg(); ip(7) IP_PKTINFO, RFC 3542 section 6.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_to, Socket<S, Informed<T>, H>>
    : detail::SocketPart<op::send_to, S, Informed<T>, H> {
    using Self = Socket<S, Informed<T>, H>;
    using Until = typename T::backend::until;
    using Peer = typename T::address;
    using F = typename T::address::family;

    ESTATE_USES [[nodiscard]] result<std::size_t> send_to(ConstBuffer bytes, const Peer& peer,
                                                          Until until = Until::never()) const noexcept {
        if (!is_datagram_peer(peer, typename T::family())) return why_not_peer(peer, typename T::family());
        return T::backend::send_to(this->owned_handle(), bytes, peer, until);
    }
    /// From an address, an interface, or the address that a lease keeps, which the socket need not be bound to.
    ESTATE_USES [[nodiscard]] result<std::size_t> send_to(ConstBuffer bytes, const Peer& peer, const Source<F>& source,
                                                          Until until = Until::never()) const noexcept {
        if (source.is_gone()) return errc::moved_from;
        if (!is_datagram_peer(peer, typename T::family())) return why_not_peer(peer, typename T::family());
        return T::backend::send_message(this->owned_handle(), bytes, &peer, &source, 0, until);
    }
    ESTATE_USES [[nodiscard]] result<std::size_t> send_to(std::string_view text, const Peer& peer,
                                                          Until until = Until::never()) const noexcept {
        return send_to(as_buffer(text), peer, until);
    }
    ESTATE_USES [[nodiscard]] result<std::size_t> send_to(std::string_view text, const Peer& peer,
                                                          const Source<F>& source,
                                                          Until until = Until::never()) const noexcept {
        return send_to(as_buffer(text), peer, source, until);
    }
    void send_to(std::nullptr_t, const Peer&, const Source<F>& = {}, Until = Until::never()) const = delete;
    template <std::size_t Size>  // as send()
    void send_to(char (&)[Size], const Peer&, const Source<F>& = {}, Until = Until::never()) const = delete;
};

}  // namespace estate
