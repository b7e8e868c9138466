// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/absent.hpp>
#include <estate/backend/native.hpp>
#include <estate/lifecycle/given.hpp>
#include <estate/net/family.hpp>
#include <estate/transport/tcp.hpp>
#include <estate/transport/udp.hpp>

// What joins a transport to a backend.

namespace estate {

/// TCP over one address family, or both: the lifecycle and the options of transport/tcp.hpp on the backend B.
/// Source  RFC 9293.
template <SocketFamily F, class B = native_stream>
struct Tcp {
    using family = F;
    using address = typename F::address;
    using backend = B;
    using lifecycle = estate::lifecycle::without<tcp_table, std::remove_const_t<decltype(absent_operations<B>)>>;
    using settings = tcp_settings;
    static constexpr bool is_stream = true;
    static constexpr const char* name = "TCP";
};

/// UDP over one address family, as Tcp. Source: RFC 768.
template <SocketFamily F, class B = native_datagram>
struct Udp {
    using family = F;
    using address = typename F::address;
    using backend = B;
    using lifecycle = estate::lifecycle::without<udp_table, std::remove_const_t<decltype(absent_operations<B>)>>;
    using facts = estate::lifecycle::list<fact::whole, fact::bare>;
    using settings = udp_settings;
    static constexpr bool is_stream = false;
    static constexpr const char* name = "UDP";
};

template <class T>
struct Segmented;  // socket/segmented.hpp
template <class T>
struct Informed;  // socket/packet_info.hpp

template <class T>
concept Stream = T::is_stream;
template <class T>
concept Datagram = !T::is_stream;

/// Unix-domain: its addresses are paths and names (net/unix_address.hpp), and it can pass sockets on.
template <class T>
concept Local = std::same_as<typename T::family, Unix>;
template <class T>
concept InternetStream = Stream<T> && !Local<T>;
template <class T>
concept InternetDatagram = Datagram<T> && !Local<T>;

}  // namespace estate
