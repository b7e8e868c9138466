// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/admissible.hpp>
#include <estate/net/buffer.hpp>
#include <estate/socket/part.hpp>

namespace estate {

namespace detail {
/// UDP_MAX_SEGMENTS is 64; later kernels take 128.
constexpr bool are_segments(ConstBuffer bytes, std::size_t segment) noexcept {
    return segment > 0 && segment <= UINT16_MAX && bytes.size() <= 64 * segment;
}
}  // namespace detail

/// send_segments(): sends bytes as datagrams of `segment` bytes each, the last one perhaps shorter, to one peer; all
/// of them or none.
///
/// From      Bound and Connected UDP with segments; stays.
/// Returns   how many bytes were sent: all.
/// Errors    errc::invalid_argument for a segment of 0 bytes, for more than 64 of them and where the system refuses
///           their size: they are to fit the MTU of the route. message_size beyond 65,507 bytes in all (IPv6 65,527);
///           else as send_to() and send().
/// Source    udp(7) UDP_SEGMENT.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::send_segments, Socket<S, T, H>>
    : detail::SocketPart<op::send_segments, S, T, H> {
    using Self = Socket<S, T, H>;
    using Until = typename T::backend::until;
    using Peer = typename T::address;

    ESTATE_USES [[nodiscard]] result<std::size_t> send_segments(ConstBuffer bytes, std::size_t segment,
                                                                const Peer& peer,
                                                                Until until = Until::never()) const noexcept
        requires std::is_same_v<S, Bound>
    {
        if (!detail::are_segments(bytes, segment)) return errc::invalid_argument;
        if (!is_datagram_peer(peer, typename T::family())) return why_not_peer(peer, typename T::family());
        const void* const any = nullptr;
        return T::backend::send_message(this->owned_handle(), bytes, &peer, any, segment, until);
    }
    ESTATE_USES [[nodiscard]] result<std::size_t> send_segments(ConstBuffer bytes, std::size_t segment,
                                                                Until until = Until::never()) const noexcept
        requires std::is_same_v<S, Connected>
    {
        if (!detail::are_segments(bytes, segment)) return errc::invalid_argument;
        const Peer* const fixed = nullptr;
        const void* const any = nullptr;
        return T::backend::send_message(this->owned_handle(), bytes, fixed, any, segment, until);
    }
};

}  // namespace estate
