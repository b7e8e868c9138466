// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/net/buffer.hpp>
#include <estate/socket/attempt.hpp>
#include <estate/socket/nonblocking.hpp>

// What generic code asks of sockets that never wait. ByteStream, DatagramSocket and Listener are those that do.

namespace estate {

/// Bytes in order, both ways, never waiting. The end of the stream is errc::end_of_stream, never zero bytes.
template <class S>
concept NonBlockingByteStream =
    requires(const S& stream, ConstBuffer out, MutableBuffer in, std::span<const ConstBuffer> gather,
             std::span<const MutableBuffer> scatter) {
        { stream.send(out) } -> std::same_as<result<Attempt<std::size_t>>>;
        { stream.recv(in) } -> std::same_as<result<Attempt<std::size_t>>>;
        { stream.send_vectored(gather) } -> std::same_as<result<Attempt<std::size_t>>>;
        { stream.recv_vectored(scatter) } -> std::same_as<result<Attempt<std::size_t>>>;
    };

/// Datagrams to and from anybody, never waiting.
template <class S>
concept NonBlockingDatagramSocket = requires(const S& socket, ConstBuffer out, MutableBuffer in,
                                             const typename std::remove_cvref_t<S>::transport::address& peer) {
    { socket.send_to(out, peer) } -> std::same_as<result<Attempt<std::size_t>>>;
    socket.recv_from(in).assume_value().would_block();
};

/// Yields byte streams that never wait, and never waits itself.
template <class S>
concept NonBlockingListener = requires(const S& listener) {
    requires NonBlockingByteStream<std::remove_cvref_t<decltype(listener.accept().assume_value().value())>>;
};

}  // namespace estate
