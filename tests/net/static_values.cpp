// SPDX-License-Identifier: BSL-1.0
// Compiling is passing: what the value types promise at compile time, each refusal beside its positive twin.
#include <chrono>
#include <estate/net/address_list.hpp>
#include <estate/net/admissible.hpp>
#include <estate/net/arithmetic.hpp>
#include <estate/net/cidr_constant.hpp>
#include <estate/net/classification.hpp>
#include <estate/base/deadline.hpp>
#include <estate/net/hash.hpp>
#include <estate/net/literals.hpp>
#include <estate/net/text.hpp>
#include <type_traits>
#include <utility>

namespace {
using namespace estate;

// sizes and triviality: values travel in registers and through memcpy
template <class T>
constexpr bool plain = std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T> &&
                       std::is_nothrow_default_constructible_v<T>;
static_assert(plain<Ipv4Address> && sizeof(Ipv4Address) == 4);
static_assert(plain<Ipv6Address> && sizeof(Ipv6Address) == 16);
static_assert(plain<Port> && sizeof(Port) == 2);
static_assert(plain<SocketAddress<V4>> && sizeof(SocketAddress<V4>) == 8);
static_assert(plain<SocketAddress<V6>> && sizeof(SocketAddress<V6>) == 24);
static_assert(plain<CidrRange<V4>> && sizeof(CidrRange<V4>) == 8);
static_assert(plain<CidrRange<V6>> && sizeof(CidrRange<V6>) == 24);
static_assert(plain<Uint128> && sizeof(Uint128) == 16);
static_assert(std::is_trivially_copyable_v<AddressText> && sizeof(AddressText) <= 64);

// results of values are trivially copyable too
static_assert(std::is_trivially_copyable_v<result<Ipv4Address>>);
static_assert(std::is_trivially_copyable_v<result<CidrRange<V6>>>);

// the families do not mix
static_assert(std::is_constructible_v<SocketAddress<V4>, Ipv4Address, Port>);
static_assert(!std::is_constructible_v<SocketAddress<V4>, Ipv6Address, Port>);
static_assert(!std::is_constructible_v<SocketAddress<V6>, Ipv4Address, Port>);
static_assert(!std::is_convertible_v<Ipv4Address, Ipv6Address>);
template <class A, class B>
concept Comparable = requires(A a, B b) { a == b; };
static_assert(Comparable<Ipv4Address, Ipv4Address> && Comparable<Ipv6Address, Ipv6Address>);
static_assert(!Comparable<Ipv4Address, Ipv6Address>);
template <class Range, class Address>
concept Containing = requires(Range range, Address ip) { range.contains(ip); };
static_assert(Containing<CidrRange<V4>, Ipv4Address> && !Containing<CidrRange<V4>, Ipv6Address>);
template <class T>
concept Zoned = requires(T at) { at.zone(); };
static_assert(Zoned<SocketAddress<V6>> && !Zoned<SocketAddress<V4>>);

// numbers become addresses and ports only on purpose
static_assert(std::is_constructible_v<Ipv4Address, std::uint32_t>);
static_assert(!std::is_convertible_v<std::uint32_t, Ipv4Address>);
static_assert(std::is_convertible_v<std::uint16_t, Port>);
static_assert(!std::is_convertible_v<std::uint32_t, Port> && !std::is_convertible_v<std::int16_t, Port>);
static_assert(Port{65535}.number() == 65535);

// values are template arguments
template <IpAddress<V6> Ip, CidrConstant<V4>... Ranges>
struct Named {
    static constexpr bool holds = (Ranges.range().contains("10.0.0.3"_ip4) || ...);
};
static_assert(Named<"::1"_ip6, "10.0.0.0/29"_cidr4, "192.168.0.0/16"_cidr4>::holds);
static_assert(!Named<"::1"_ip6, "192.168.0.0/16"_cidr4>::holds);
static_assert(std::is_same_v<Named<"::1"_ip6>, Named<"0:0::0:1"_ip6>>);
static_assert(!std::is_same_v<Named<"::1"_ip6>, Named<"::2"_ip6>>);
static_assert(!std::is_same_v<Named<"::1"_ip6, "10.0.0.0/29"_cidr4>, Named<"::1"_ip6, "10.0.0.0/30"_cidr4>>);
template <CidrConstant First>  // of either family
constexpr auto first_of = First.range().first();
static_assert(first_of<"10.0.0.0/29"_cidr4> == "10.0.0.0"_ip4 && first_of<"fd00::/8"_cidr6> == "fd00::"_ip6);

// the parts of a range that depend on each other cannot be changed one by one
template <class Range>
concept HasOpenMembers = requires(Range range) { range.length_; } || requires(Range range) { range.first_; };
struct Open {
    int length_;
};
static_assert(HasOpenMembers<Open> && !HasOpenMembers<CidrRange<V4>> && !HasOpenMembers<CidrRange<V6>>);

// nothing points into a list of addresses that is gone: a temporary list gives copies only
template <class List>
concept Iterable = requires(List&& list) { static_cast<List&&>(list).begin(); } ||
                   requires(List&& list) { static_cast<List&&>(list).end(); };
static_assert(Iterable<AddressList<V4>&> && Iterable<const AddressList<V6>&>);
static_assert(!Iterable<AddressList<V4>> && !Iterable<const AddressList<V6>>);
static_assert(std::is_same_v<decltype(std::declval<AddressList<V4>>()[0]), SocketAddress<V4>>);
static_assert(std::is_same_v<decltype(std::declval<AddressList<V4>&>()[0]), const SocketAddress<V4>&>);

// both families have the same members
template <class Ip>
concept HasAllMembers = requires(Ip ip, typename Ip::Bytes bytes) {
    Ip::from_bytes(bytes);
    Ip::from_bits(ip.bits());
    ip.bytes();
    ip.is_unspecified() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast() || ip.is_broadcast();
    ip.is_private() || ip.is_documentation() || ip.is_benchmarking() || ip.is_v4_mapped();
};
static_assert(HasAllMembers<Ipv4Address> && HasAllMembers<Ipv6Address>);

// everything works in constant expressions
static_assert(to_text("2001:DB8::0001"_ip6) == "2001:db8::1");
static_assert(to_text("10.0.0.0/8"_cidr4) == "10.0.0.0/8");
static_assert(SocketAddress<V6>::parse("[fe80::1%7]:80").assume_value().zone() == 7);
static_assert(checked_add("10.0.0.255"_ip4, 1).assume_value() == "10.0.1.0"_ip4);
static_assert(is_global("192.0.0.9"_ip4) && !is_global("192.0.0.8"_ip4));
static_assert(!check_stream_peer(SocketAddress<V4>{"224.0.0.1"_ip4, 80}));
constexpr bool is_host(std::uint32_t ip, Port port = 80) {
    return is_stream_peer(SocketAddress<V4>(Ipv4Address(ip), port));
}
static_assert(is_host(1) && is_host(0xDFFFFFFF) && is_host(0xF0000000) && is_host(0xFFFFFFFE));
static_assert(!is_host(0) && !is_host(0xE0000000) && !is_host(0xEFFFFFFF) && !is_host(0xFFFFFFFF));
static_assert(!is_host(1, 0) && !is_host(0xDFFFFFFF, 0) && !is_host(0xFFFFFFFE, 0));
static_assert(is_datagram_peer(SocketAddress<V4>("255.255.255.255"_ip4, 1)) &&
              !is_datagram_peer(SocketAddress<V4>("255.255.255.255"_ip4, 0)) &&
              !is_datagram_peer(SocketAddress<V4>("0.0.0.0"_ip4, 65535)));
// an address before the same one with a higher port, and before every higher address
static_assert(SocketAddress<V4>("192.0.2.1"_ip4, 80) < SocketAddress<V4>("192.0.2.1"_ip4, 81) &&
              SocketAddress<V4>("192.0.2.1"_ip4, 65535) < SocketAddress<V4>("192.0.2.2"_ip4, 0) &&
              SocketAddress<V4>("192.0.2.1"_ip4, 80).with_port(0) == SocketAddress<V4>("192.0.2.1"_ip4, 0));
static_assert(std::hash<Ipv4Address>{}("10.0.0.1"_ip4) != std::hash<Ipv4Address>{}("10.0.0.2"_ip4));
static_assert("10.0.0.1"_ip4.to_uint() == 0x0A000001);

// nothing throws
static_assert(noexcept(Ipv4Address::parse(std::string_view{})) && noexcept(Ipv6Address::parse(std::string_view{})));
static_assert(noexcept(CidrRange<V4>::parse(std::string_view{})) && noexcept(SocketAddress<V6>::parse(std::string_view{})));
static_assert(noexcept(to_text(Ipv6Address{})) && noexcept(check_stream_peer(SocketAddress<V6>{})));

// a deadline comes only from a steady clock
static_assert(std::is_convertible_v<std::chrono::steady_clock::time_point, Deadline>);
static_assert(!std::is_convertible_v<std::chrono::system_clock::time_point, Deadline>);
static_assert(!std::is_convertible_v<std::chrono::seconds, Deadline>);

// deadlines of a simulated world are another type, and do not mix with those of the system's clock
struct World {};
struct WorldClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<WorldClock>;
    using deadline_clock = World;
    static constexpr bool is_steady = true;
};
static_assert(WorldClock::is_steady && std::is_convertible_v<WorldClock::time_point, BasicDeadline<World>>);
static_assert(!std::is_convertible_v<WorldClock::time_point, Deadline>);
static_assert(!std::is_convertible_v<std::chrono::steady_clock::time_point, BasicDeadline<World>>);
static_assert(!std::is_convertible_v<BasicDeadline<World>, Deadline>);
static_assert(Comparable<Deadline, Deadline> && !Comparable<Deadline, BasicDeadline<World>>);
static_assert(std::is_trivially_copyable_v<Deadline> && sizeof(Deadline) == 8);

}  // namespace
