// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/attributes.hpp>
#include <estate/net/socket_address.hpp>

// What no host would accept, found before any call and so the same on every backend. The is_ functions are
// a few instructions for the hot path; the why_not_ ones name the fault afterwards.

namespace estate {

/// A datagram can be sent there, by multicast and broadcast too.
template <Family F>
[[nodiscard]] constexpr bool is_datagram_peer(const SocketAddress<F>& to, F = {}) noexcept {
    return to.port().number() != 0 && !to.address().is_unspecified() && !to.address().is_v4_mapped();
}
/// A stream can be connected to it: one host, one port.
template <Family F>
[[nodiscard]] constexpr bool is_stream_peer(const SocketAddress<F>& to, F = {}) noexcept {
    return is_datagram_peer(to) && !to.address().is_multicast() && !to.address().is_broadcast();
}

// IPv4 in fewer instructions, since every datagram and every connect asks.
namespace detail {
[[nodiscard]] constexpr bool has_port(SocketAddress<V4> to) noexcept { return address_bits::of(to) >> 32 != 0; }
[[nodiscard]] ESTATE_COLD constexpr bool is_reserved(SocketAddress<V4> to) noexcept {
    return to.address().is_reserved();
}
}  // namespace detail
[[nodiscard]] constexpr bool is_datagram_peer(SocketAddress<V4> to, V4 = {}) noexcept {
    return detail::has_port(to) && !to.address().is_unspecified();
}
[[nodiscard]] constexpr bool is_stream_peer(SocketAddress<V4> to, V4 = {}) noexcept {
    if (!detail::has_port(to)) [[unlikely]]
        return false;
    if (to.address().to_uint() - 1 < 0xDFFFFFFF) [[likely]]  // 0.0.0.1 to 223.255.255.255
        return true;
    return detail::is_reserved(to);
}

/// A datagram socket can have it; a multicast address too, which then filters what is received.
template <Family F>
[[nodiscard]] constexpr bool is_datagram_bind(const SocketAddress<F>& at, F = {}) noexcept {
    return !at.address().is_v4_mapped();
}
/// A stream socket can have it: the address of one host, or the unspecified one.
template <Family F>
[[nodiscard]] constexpr bool is_stream_bind(const SocketAddress<F>& at, F = {}) noexcept {
    return is_datagram_bind(at) && !at.address().is_multicast() && !at.address().is_broadcast();
}

/// Pre  !is_stream_peer(to), or !is_datagram_peer(to).
/// Gives  errc::address_v4_mapped, peer_unspecified, peer_port_zero, peer_multicast, peer_broadcast.
template <Family F>
[[nodiscard]] ESTATE_COLD constexpr Error why_not_peer(SocketAddress<F> to, F = {}) noexcept {
    if (to.address().is_v4_mapped()) return errc::address_v4_mapped;
    if (to.address().is_unspecified()) return errc::peer_unspecified;
    if (to.port().number() == 0) return errc::peer_port_zero;
    return to.address().is_multicast() ? errc::peer_multicast : errc::peer_broadcast;
}
/// Pre  !is_stream_bind(at), or !is_datagram_bind(at).
/// Gives  errc::address_v4_mapped, bind_multicast.
template <Family F>
[[nodiscard]] ESTATE_COLD constexpr Error why_not_bind(SocketAddress<F> at, F = {}) noexcept {
    return at.address().is_v4_mapped() ? errc::address_v4_mapped : errc::bind_multicast;
}

/// The same as results. Errors  see why_not_peer() and why_not_bind().
template <Family F>
[[nodiscard]] constexpr result<void> check_stream_peer(const SocketAddress<F>& to, F = {}) noexcept {
    if (!is_stream_peer(to)) return why_not_peer(to);
    return success();
}
template <Family F>
[[nodiscard]] constexpr result<void> check_datagram_peer(const SocketAddress<F>& to, F = {}) noexcept {
    if (!is_datagram_peer(to)) return why_not_peer(to);
    return success();
}
template <Family F>
[[nodiscard]] constexpr result<void> check_stream_bind(const SocketAddress<F>& at, F = {}) noexcept {
    if (!is_stream_bind(at)) return why_not_bind(at);
    return success();
}
template <Family F>
[[nodiscard]] constexpr result<void> check_datagram_bind(const SocketAddress<F>& at, F = {}) noexcept {
    if (!is_datagram_bind(at)) return why_not_bind(at);
    return success();
}

// The same for a socket of both families, to which a v4-mapped address means the IPv4 host.

namespace detail {
/// Calls visit with the address in the family that it means.
template <class Visit>
constexpr auto in_its_family(const SocketAddress<V6>& at, Visit visit) noexcept {
    if (!at.address().is_v4_mapped()) return visit(at);
    return visit(SocketAddress<V4>(IpAddress<V4>(static_cast<std::uint32_t>(at.address().bits().low())), at.port()));
}
}  // namespace detail

[[nodiscard]] constexpr bool is_datagram_peer(const SocketAddress<V6>& to, V46) noexcept {
    return detail::in_its_family(to, [](const auto& real) { return is_datagram_peer(real); });
}
[[nodiscard]] constexpr bool is_stream_peer(const SocketAddress<V6>& to, V46) noexcept {
    return detail::in_its_family(to, [](const auto& real) { return is_stream_peer(real); });
}
[[nodiscard]] ESTATE_COLD constexpr Error why_not_peer(SocketAddress<V6> to, V46) noexcept {
    return detail::in_its_family(to, [](const auto& real) { return why_not_peer(real); });
}
[[nodiscard]] constexpr result<void> check_datagram_peer(const SocketAddress<V6>& to, V46) noexcept {
    return detail::in_its_family(to, [](const auto& real) { return check_datagram_peer(real); });
}
[[nodiscard]] constexpr result<void> check_stream_bind(const SocketAddress<V6>& at, V46) noexcept {
    return detail::in_its_family(at, [](const auto& real) { return check_stream_bind(real); });
}
[[nodiscard]] constexpr result<void> check_datagram_bind(const SocketAddress<V6>&, V46) noexcept { return success(); }

}  // namespace estate
