// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/wasi/open.hpp>
#include <utility>

namespace estate::wasi {

/// UDP: creation, the local end and the fixed peer. A bound socket always has its two streams; the old ones go
/// before new ones are asked for, since using them afterwards may be a trap.
/// Source  wasi:sockets/udp, udp-create-socket.
struct Datagrams {
    template <Family F>
    static result<DatagramHandle> open_datagram(NoContext = {}) noexcept {
        udp_own_udp_socket_t made{};
        network_error_code_t error = 0;
        if (!udp_create_socket_create_udp_socket(Native<F>::family, &made, &error)) return failure_to_make(error);
        return DatagramHandle(UdpSocket(made));
    }

    /// The mode is one of the type alone, as with TCP.
    static result<void> set_nonblocking(const DatagramHandle& handle, bool) noexcept {
        if (!handle.socket) return errc::moved_from;
        return success();
    }

    /// Streams at once: a host may receive nothing without them (jco). After a failure another socket takes the
    /// place of this one, which a host may be done with (jco).
    template <class Address>
    static result<void> bind(DatagramHandle& handle, const Address& address) noexcept {
        if (!handle.socket) return errc::moved_from;
        auto done = bind_host(handle, address);
        if (done) done = open_streams(handle, nullptr);
        if (!done) (void)replace<typename Address::family>(handle);
        return done;
    }

    /// A failure leaves no peer fixed.
    template <class Address>
    static result<void> connect(DatagramHandle& handle, const Address& peer) noexcept {
        auto native = Native<typename Address::family>::from(peer);
        auto connected = open_streams(handle, &native);
        if (!connected) (void)open_streams(handle, nullptr);
        return connected;
    }
    /// A host may give up an ephemeral port with the peer, as Linux does (wasmtime), and nothing binds a socket
    /// twice: another one then takes the port.
    template <class Address>
    static result<void> disconnect(DatagramHandle& handle) noexcept {
        const auto before = local_addr<Address>(handle);
        if (!before) return before.assume_error();
        if (auto alone = open_streams(handle, nullptr); !alone) return alone;
        const auto after = local_addr<Address>(handle);
        if (!after) return after.assume_error();
        if (after.assume_value().port() == before.assume_value().port()) return success();
        if (auto replaced = replace<typename Address::family>(handle); !replaced) return replaced;
        return bind(handle, after.assume_value().with_port(before.assume_value().port()));
    }

    static result<void> close(DatagramHandle& handle) noexcept {
        if (!handle.socket) return errc::moved_from;
        handle.reset();
        return success();
    }

    template <class Address>
    static result<Address> local_addr(const DatagramHandle& handle) noexcept {
        return ask_address<Address>(handle.socket, udp_method_udp_socket_local_address);
    }
    template <class Address>
    static result<Address> remote_addr(const DatagramHandle& handle) noexcept {
        return ask_address<Address>(handle.socket, udp_method_udp_socket_remote_address);
    }

private:
    template <class Address>
    static result<void> bind_host(const DatagramHandle& handle, const Address& address) noexcept {
        const Network network = the_network();
        auto native = Native<typename Address::family>::from(address);
        return start_and_finish(
            handle.socket,
            [&](network_error_code_t* error) {
                return udp_method_udp_socket_start_bind(handle.socket.borrow(), network.borrow(), &native, error);
            },
            udp_method_udp_socket_finish_bind, udp_method_udp_socket_subscribe);
    }

    /// A fresh socket with the same options; the old one keeps its port until then.
    template <Family F>
    static result<void> replace(DatagramHandle& handle) noexcept {
        auto another = open_datagram<F>();
        if (!another) return another.assume_error();
        copy_options(handle, another.assume_value());
        handle = std::move(another).assume_value();
        return success();
    }
    /// As far as the host knows them.
    static void copy_options(const DatagramHandle& from, const DatagramHandle& to) noexcept {
        using socket = udp_borrow_udp_socket_t;
        const auto copy = [&]<class T>(bool (*get)(socket, T*, network_error_code_t*),
                                       bool (*set)(socket, T, network_error_code_t*)) {
            T value{};
            network_error_code_t error = 0;
            if (get(from.socket.borrow(), &value, &error)) (void)set(to.socket.borrow(), value, &error);
        };
        copy(udp_method_udp_socket_unicast_hop_limit, udp_method_udp_socket_set_unicast_hop_limit);
        copy(udp_method_udp_socket_receive_buffer_size, udp_method_udp_socket_set_receive_buffer_size);
        copy(udp_method_udp_socket_send_buffer_size, udp_method_udp_socket_set_send_buffer_size);
    }

    static result<void> open_streams(DatagramHandle& handle, network_ip_socket_address_t* peer) noexcept {
        if (!handle.socket) return errc::moved_from;
        handle.drop_streams();
        udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t streams{};
        network_error_code_t error = 0;
        if (!udp_method_udp_socket_stream(handle.socket.borrow(), peer, &streams, &error)) return failure(error);
        handle.in = Incoming(streams.f0);
        handle.out = Outgoing(streams.f1);
        return success();
    }
};

}  // namespace estate::wasi
