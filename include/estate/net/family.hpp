// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>

namespace estate {

struct V4;
struct V6;

/// An Internet protocol: a type whose addresses are IpAddress and SocketAddress.
template <class F>
concept Family = std::same_as<F, V4> || std::same_as<F, V6>;

template <Family F>
class IpAddress;
template <Family F>
class SocketAddress;
template <Family F>
class CidrRange;

/// IPv4, as a type: what belongs to one family cannot be handed to the other.
struct V4 {
    using address = SocketAddress<V4>;
    static constexpr int bits = 32;
    static constexpr const char* name = "IPv4";
};

/// IPv6. A V6 socket carries no IPv4: every one is made with IPV6_V6ONLY.
struct V6 {
    using address = SocketAddress<V6>;
    static constexpr int bits = 128;
    static constexpr const char* name = "IPv6";
};

/// Both: one socket that carries IPv6 and IPv4. Its addresses are those of IPv6, and an IPv4 host is one that is
/// v4-mapped: SocketAddress<V4>::to_mapped() and SocketAddress<V6>::to_v4() lead from one form to the other.
/// Source  RFC 3493 section 3.7 and 5.3.
struct V46 {
    using address = SocketAddress<V6>;
    static constexpr int bits = 128;
    static constexpr const char* name = "IPv4 and IPv6";
};

/// What a socket of the Internet is made for: one protocol, or both.
template <class F>
concept SocketFamily = Family<F> || std::same_as<F, V46>;

class UnixAddress;

/// Sockets within a host (AF_UNIX). No Internet protocol, and so no Family.
struct Unix {
    using address = UnixAddress;
    static constexpr const char* name = "Unix";
};

}  // namespace estate
