// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <wasi/wasip2.h>
#if !defined(__wasip2__)
#error "estate: WASI before 0.2 can make no socket; compile for wasm32-wasip2"
#endif

namespace estate::wasi {

/// Owns one resource of the host, or none. Own and Borrow are its two handle types in the C bindings; using a
/// handle that is not open, or dropping a resource that still has children, is a trap.
/// Source  component model, canonical ABI: own, borrow, resource.drop.
template <class Own, class Borrow, void (*drop)(Own)>
class Resource {
public:
    Resource() noexcept = default;
    explicit Resource(Own own) noexcept : number_{own.__handle} {}
    Resource(Resource&& other) noexcept : number_{other.forget()} {}
    Resource& operator=(Resource&& other) noexcept {
        const int taken = other.forget();  // first: a self-move keeps its resource
        reset();
        number_ = taken;
        return *this;
    }
    ~Resource() { reset(); }

    void reset() noexcept {
        if (number_ != none) drop(Own{forget()});
    }
    [[nodiscard]] explicit operator bool() const noexcept { return number_ != none; }
    /// Pre  it owns a resource.
    [[nodiscard]] Borrow borrow() const noexcept { return {number_}; }

private:
    static constexpr int none = -1;  // handles count from 0 or 1

    int forget() noexcept {
        const int number = number_;
        number_ = none;
        return number;
    }

    int number_ = none;
};

using Network = Resource<network_own_network_t, network_borrow_network_t, network_network_drop_own>;
using Pollable = Resource<poll_own_pollable_t, poll_borrow_pollable_t, poll_pollable_drop_own>;
using TcpSocket = Resource<tcp_own_tcp_socket_t, tcp_borrow_tcp_socket_t, tcp_tcp_socket_drop_own>;
using UdpSocket = Resource<udp_own_udp_socket_t, udp_borrow_udp_socket_t, udp_udp_socket_drop_own>;
using InputStream = Resource<streams_own_input_stream_t, streams_borrow_input_stream_t, streams_input_stream_drop_own>;
using OutputStream =
    Resource<streams_own_output_stream_t, streams_borrow_output_stream_t, streams_output_stream_drop_own>;
using Incoming = Resource<udp_own_incoming_datagram_stream_t, udp_borrow_incoming_datagram_stream_t,
                          udp_incoming_datagram_stream_drop_own>;
using Outgoing = Resource<udp_own_outgoing_datagram_stream_t, udp_borrow_outgoing_datagram_stream_t,
                          udp_outgoing_datagram_stream_drop_own>;

/// A socket and what hangs on it: two streams, from when there are some. The streams are its children and go
/// before it; pollables, children of all three, live no longer than the wait that asks for them.
template <class Socket, class In, class Out>
struct Handle {
    Socket socket;
    In in;
    Out out;
    mutable bool may_hold_back = false;  ///< the host may have bytes that it did not pass on yet

    Handle() noexcept = default;
    explicit Handle(Socket of) noexcept : socket{static_cast<Socket&&>(of)} {}
    Handle(Socket of, In receives, Out sends) noexcept
        : socket{static_cast<Socket&&>(of)}, in{static_cast<In&&>(receives)}, out{static_cast<Out&&>(sends)} {}
    Handle(Handle&&) noexcept = default;
    Handle& operator=(Handle&& other) noexcept {
        if (this == &other) return *this;
        reset();
        socket = static_cast<Socket&&>(other.socket);
        in = static_cast<In&&>(other.in);
        out = static_cast<Out&&>(other.out);
        may_hold_back = other.may_hold_back;
        return *this;
    }
    ~Handle() = default;  // out, in, socket

    void drop_streams() noexcept {
        out.reset();
        in.reset();
    }
    void reset() noexcept {
        drop_streams();
        socket.reset();
    }
};
using StreamHandle = Handle<TcpSocket, InputStream, OutputStream>;
using DatagramHandle = Handle<UdpSocket, Incoming, Outgoing>;

}  // namespace estate::wasi
