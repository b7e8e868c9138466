// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/net/buffer.hpp>
#include <estate/base/deadline.hpp>
#include <estate/net/socket_address.hpp>
#include <estate/socket/socket.hpp>

// What generic code asks for, so that nothing above a socket names a concrete one.

namespace estate {

/// S is in State.
template <class S, class State>
concept InState = std::same_as<typename std::remove_cvref_t<S>::state, State>;

/// The lifecycle of S lists Op for its state.
template <class S, class Op>
concept Allows = lifecycle::Allows<S, Op>;

/// Bytes in order, both ways. The end of the stream is errc::end_of_stream, never zero bytes; recv_exact()
/// distinguishes a clean end from a cut one.
template <class S>
concept ByteStream = requires(const S& stream, ConstBuffer out, MutableBuffer in, std::span<const ConstBuffer> gather,
                              std::span<const MutableBuffer> scatter, Deadline until) {
    stream.send(out).has_value();
    stream.send(out, until).has_value();
    stream.send_all(out, until).has_value();
    stream.send_vectored(gather, until).has_value();
    stream.recv(in).has_value();
    stream.recv(in, until).has_value();
    stream.recv_exact(in, until).has_value();
    stream.recv_vectored(scatter, until).has_value();
};

/// Datagrams to and from anybody.
template <class S>
concept DatagramSocket = requires(const S& socket, ConstBuffer out, MutableBuffer in, Deadline until,
                                  const typename std::remove_cvref_t<S>::transport::address& peer) {
    socket.send_to(out, peer, until).has_value();
    socket.recv_from(in, until).has_value();
};

/// Yields byte streams.
template <class S>
concept Listener = requires(const S& listener, Deadline until) {
    requires ByteStream<std::remove_cvref_t<decltype(listener.accept().assume_value())>>;
    requires ByteStream<std::remove_cvref_t<decltype(listener.accept(until).assume_value())>>;
};

}  // namespace estate
