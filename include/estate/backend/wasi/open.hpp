// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/context.hpp>
#include <estate/backend/wasi/address.hpp>
#include <estate/backend/wasi/wait.hpp>

namespace estate::wasi {

/// What WASI splits in two: start makes the request, finish answers would-block until it is done. The state in
/// between never leaves this call.
template <class Socket, class Start, class Finish, class Subscribe>
[[nodiscard]] result<void> start_and_finish(const Socket& socket, Start start, Finish finish,
                                            Subscribe subscribe) noexcept {
    network_error_code_t error = 0;
    if (!start(&error)) return failure(error);
    while (!finish(socket.borrow(), &error)) {
        if (error != NETWORK_ERROR_CODE_WOULD_BLOCK) return failure(error);
        const Pollable done(subscribe(socket.borrow()));
        if (auto waited = wait(done, Forever()); !waited) return waited;
    }
    return success();
}

/// TCP: creation and the local end. IPv6 sockets never carry IPv4: WASI has no other.
struct Open {
    /// Source  wasi:sockets/tcp-create-socket.
    template <Family F>
    static result<StreamHandle> open_stream(NoContext = {}) noexcept {
        tcp_own_tcp_socket_t made{};
        network_error_code_t error = 0;
        if (!tcp_create_socket_create_tcp_socket(Native<F>::family, &made, &error)) return failure_to_make(error);
        return StreamHandle(TcpSocket(made));
    }

    /// The mode is one of the type alone: a stream of the host never waits by itself.
    static result<void> set_nonblocking(const StreamHandle& handle, bool) noexcept {
        if (!handle.socket) return errc::moved_from;
        return success();
    }

    /// Source  wasi:sockets/tcp start-bind, finish-bind. A failed one leaves the socket unbound.
    template <class Address>
    static result<void> bind(const StreamHandle& handle, const Address& address) noexcept {
        if (!handle.socket) return errc::moved_from;
        const Network network = the_network();
        auto native = Native<typename Address::family>::from(address);
        return start_and_finish(
            handle.socket,
            [&](network_error_code_t* error) {
                return tcp_method_tcp_socket_start_bind(handle.socket.borrow(), network.borrow(), &native, error);
            },
            tcp_method_tcp_socket_finish_bind, tcp_method_tcp_socket_subscribe);
    }

    template <class Address>
    static result<Address> local_addr(const StreamHandle& handle) noexcept {
        return ask_address<Address>(handle.socket, tcp_method_tcp_socket_local_address);
    }
    template <class Address>
    static result<Address> remote_addr(const StreamHandle& handle) noexcept {
        return ask_address<Address>(handle.socket, tcp_method_tcp_socket_remote_address);
    }
};

}  // namespace estate::wasi
