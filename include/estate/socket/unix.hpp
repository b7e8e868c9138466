// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/unix_address.hpp>
#include <estate/socket/create.hpp>
#include <estate/transport/local.hpp>

// Unix-domain transports on a backend, and how their sockets are made.

namespace estate {

namespace detail {
template <class B, class Lines, class Settings>
struct UnixTransport {
    using family = Unix;
    using address = UnixAddress;
    using backend = B;
    using lifecycle = estate::lifecycle::without<Lines, std::remove_const_t<decltype(absent_operations<B>)>>;
    using settings = Settings;
};
}  // namespace detail

/// A stream of bytes within a host: the lifecycle and the options of transport/local.hpp on the backend B.
/// Source  POSIX.1-2024 AF_UNIX SOCK_STREAM; unix(7).
template <class B>
struct BasicUnixStream
    : detail::UnixTransport<B, transport::local::stream_lines, transport::local::connection_settings> {
    static constexpr bool is_stream = true;
    static constexpr const char* name = "UnixStream";
};

/// Messages within a host, each to an address. None is lost or overtaken; a sender waits while its peer's queue is
/// full.
/// Source  POSIX.1-2024 AF_UNIX SOCK_DGRAM; unix(7).
template <class B>
struct BasicUnixDatagram
    : detail::UnixTransport<B, transport::local::datagram_lines, transport::local::datagram_settings> {
    static constexpr bool is_stream = false;
    static constexpr const char* name = "UnixDatagram";
};

/// Messages over a connection within a host: sent whole, received whole, in order, with an end. Not on macOS.
/// Source  POSIX.1-2024 SOCK_SEQPACKET; unix(7).
template <class B>
struct BasicUnixSeqpacket
    : detail::UnixTransport<B, transport::local::seqpacket_lines, transport::local::connection_settings> {
    static constexpr bool is_stream = false;
    static constexpr const char* name = "UnixSeqpacket";
};

using UnixStream = BasicUnixStream<native_unix_stream>;
using UnixDatagram = BasicUnixDatagram<native_unix_datagram>;
using UnixSeqpacket = BasicUnixSeqpacket<native_unix_seqpacket>;

// Templates in disguise, as tcp_v4(). Errors and source: as new_socket().
template <class T = UnixStream>
[[nodiscard]] result<CreatedSocket<T>> unix_stream() noexcept {
    return new_socket<T>();
}
template <class T = UnixDatagram>
[[nodiscard]] result<CreatedSocket<T>> unix_datagram() noexcept {
    return new_socket<T>();
}
template <class T = UnixSeqpacket>
[[nodiscard]] result<CreatedSocket<T>> unix_seqpacket() noexcept {
    return new_socket<T>();
}

/// Two sockets that are connected to each other.
template <class Transport>
struct SocketPair {
    ConnectedSocket<Transport> first;
    ConnectedSocket<Transport> second;
};

/// Two connected sockets without addresses, for two threads, or for a process and one that it starts:
/// new_pair<UnixStream>(). Closed on exec: what is executed is given one end by release() and dup2().
/// Errors  too_many_files_open, or the system's own.
/// Source  POSIX socketpair(SOCK_CLOEXEC).
template <Local Transport>
[[nodiscard]] result<SocketPair<Transport>> new_pair(typename Transport::backend::context context = {}) noexcept {
    auto made = Transport::backend::pair(context);
    if (!made) return made.assume_error();
    return SocketPair<Transport>{
        detail::make_socket<Connected, Transport>(std::move(made.assume_value().first)),
        detail::make_socket<Connected, Transport>(std::move(made.assume_value().second))};
}

}  // namespace estate
