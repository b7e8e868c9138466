// SPDX-License-Identifier: BSL-1.0
// The calls that take much stack. measure.py asks the compiler for the frame of each.

#include <estate/connect_any.hpp>
#include <estate/tcp.hpp>
#include <estate/udp.hpp>
#include <estate/unix.hpp>

using namespace estate;

bool vectored(const ConnectedSocket<Tcp<V4>>& stream, std::span<const ConstBuffer> out, std::span<const MutableBuffer> in) {
    return stream.send_vectored(out).has_value() && stream.recv_vectored(in).has_value();
}
bool batches(const BoundSocket<Udp<V6>>& socket, std::span<const OutgoingDatagram<SocketAddress<V6>>> out,
             std::span<IncomingDatagram<SocketAddress<V6>>> in) {
    return socket.send_batch(out).has_value() && socket.recv_batch(in).has_value();
}
bool ending(ConnectedSocket<Tcp<V4>> stream, Deadline until) { return std::move(stream).finish(until).has_value(); }
bool passing(const ConnectedSocket<UnixStream>& stream) {
    return stream.recv_socket<Tcp<V4>>().has_value();
}
bool names(Deadline until) { return connect_any("localhost", Port(7), until).has_value(); }
