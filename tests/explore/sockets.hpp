// SPDX-License-Identifier: BSL-1.0
#pragma once

// Every socket that a program can have in its hand, and every call that its table allows: found by walking the tables.

#include <cstdint>
#include <estate/estate.hpp>
#include <estate/halves.hpp>
#include <estate/pool.hpp>
#include <estate/unix.hpp>
#include <estate/waker.hpp>
#include <variant>
#include <vector>

#include "../lifecycle/cells.hpp"
#include "either.hpp"

namespace estate::explore {

using Stream = Tcp<V4, Sockets>;
using Datagram = Udp<V4, Sockets>;
using LocalStream = BasicUnixStream<UnixStreams>;
using LocalDatagram = BasicUnixDatagram<UnixDatagrams>;
using LocalSeqpacket = BasicUnixSeqpacket<UnixSeqpackets>;
using Address = SocketAddress<V4>;

// The states of a transport that have sockets.
template <class T, class H, class... States>
auto sockets_of(boost::hana::tuple<States...>) {
    const auto one = []<class S>(std::type_identity<S>) {
        if constexpr (std::same_as<S, Released>) {
            return lifecycle::list<>();
        } else {
            return lifecycle::list<Socket<S, T, H>>();
        }
    };
    return (lifecycle::list<>{} + ... + one(std::type_identity<typename States::type>()));
}
template <class T, class H>
using SocketsOf = decltype(sockets_of<T, H>(lifecycle::states<typename T::lifecycle>));

template <class List>
struct as_variant;
template <class... Sockets>
struct as_variant<lifecycle::list<Sockets...>> {
    using type = std::variant<std::monostate, Sockets...>;
};
/// A connection, whole and in halves.
template <class T, class H>
using ConnectionsOf = decltype(SocketsOf<T, H>{} + SocketsOf<ReadHalf<T>, H>{} + SocketsOf<WriteHalf<T>, H>{});
/// A socket of any state and transport, with a lease or without, or none.
using AnySocket = as_variant<decltype(ConnectionsOf<Stream, NoHold>{} + ConnectionsOf<Stream, Lease<V4>>{} +
                                      SocketsOf<Datagram, NoHold>{} + SocketsOf<Datagram, Lease<V4>>{} +
                                      ConnectionsOf<LocalStream, NoHold>{} + SocketsOf<LocalDatagram, NoHold>{} +
                                      ConnectionsOf<LocalSeqpacket, NoHold>{})>::type;

enum class Kind { stream, datagram, local_stream, local_datagram, local_seqpacket };
/// What a socket is made by, as the lines of a program have it.
inline constexpr const char* maker_of[] = {"tcp_v4", "udp_v4", "unix_stream", "unix_datagram", "unix_seqpacket"};

template <class T>
inline constexpr Kind kind_of = std::same_as<T, Stream>          ? Kind::stream
                                : std::same_as<T, Datagram>      ? Kind::datagram
                                : std::same_as<T, LocalStream>   ? Kind::local_stream
                                : std::same_as<T, LocalDatagram> ? Kind::local_datagram
                                                                 : Kind::local_seqpacket;
template <class S>
inline constexpr bool Stream_v = S::transport::is_stream;
template <class S>
inline constexpr bool Local_v = Local<typename S::transport>;
template <class S>
concept Half = requires { typename S::transport::whole; };

class Actor;
/// A call that could be made on the socket in a slot.
struct Choice {
    const char* text;
    void (*make)(Actor& actor, std::size_t slot);
};

/// The calls that the table of S allows. What leads to a lifecycle that is not in AnySocket is left out.
template <class S>
const std::vector<Choice>& choices();

}  // namespace estate::explore
