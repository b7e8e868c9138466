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
/// A null peer is the fixed one; Source is a type of Source<F>, or void for none.
template <class T, class Source = const void>
[[nodiscard]] result<std::size_t> send_segments(const typename T::backend::handle& handle, ConstBuffer bytes,
                                                std::size_t segment, const typename T::address* peer,
                                                typename T::backend::until until, Source* source = nullptr) noexcept {
    if (!are_segments(bytes, segment)) return errc::invalid_argument;
    if (peer != nullptr && !is_datagram_peer(*peer, typename T::family())) {
        return why_not_peer(*peer, typename T::family());
    }
    return T::backend::send_message(handle, bytes, peer, source, segment, until);
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
        return detail::send_segments<T>(this->owned_handle(), bytes, segment, &peer, until);
    }
    ESTATE_USES [[nodiscard]] result<std::size_t> send_segments(ConstBuffer bytes, std::size_t segment,
                                                                Until until = Until::never()) const noexcept
        requires std::is_same_v<S, Connected>
    {
        return detail::send_segments<T>(this->owned_handle(), bytes, segment, nullptr, until);
    }
};

}  // namespace estate
