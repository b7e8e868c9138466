// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/net/buffer.hpp>
#include <estate/socket/operation/send_segments.hpp>
#include <estate/socket/packet_info.hpp>

namespace estate {

/// send_segments(), with packet information: also from an address or by an interface of choice.
///
/// From      Bound and Connected UDP with segments; stays.
/// Errors    as send_segments(), and as send_to() with a source.
/// Source    udp(7) UDP_SEGMENT; ip(7) IP_PKTINFO, RFC 3542 section 6.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_segments, Socket<S, Informed<T>, H>>
    : detail::SocketPart<op::send_segments, S, Informed<T>, H> {
    using Self = Socket<S, Informed<T>, H>;
    using Until = typename T::backend::until;
    using Peer = typename T::address;
    using F = typename T::address::family;

    ESTATE_USES [[nodiscard]] result<std::size_t> send_segments(ConstBuffer bytes, std::size_t segment,
                                                                const Peer& peer,
                                                                Until until = Until::never()) const noexcept
        requires std::is_same_v<S, Bound>
    {
        return detail::send_segments<T>(this->owned_handle(), bytes, segment, &peer, until);
    }
    ESTATE_USES [[nodiscard]] result<std::size_t> send_segments(ConstBuffer bytes, std::size_t segment,
                                                                const Peer& peer, const Source<F>& source,
                                                                Until until = Until::never()) const noexcept
        requires std::is_same_v<S, Bound>
    {
        if (source.is_gone()) return errc::moved_from;
        return detail::send_segments<T>(this->owned_handle(), bytes, segment, &peer, until, &source);
    }
    ESTATE_USES [[nodiscard]] result<std::size_t> send_segments(ConstBuffer bytes, std::size_t segment,
                                                                Until until = Until::never()) const noexcept
        requires std::is_same_v<S, Connected>
    {
        return detail::send_segments<T>(this->owned_handle(), bytes, segment, nullptr, until);
    }
};

}  // namespace estate
