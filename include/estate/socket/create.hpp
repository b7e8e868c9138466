// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// A new socket of any transport, in a context of its backend (of the kernel there is one). Closed on exec; IPv6
/// never carries IPv4.
/// Errors  too_many_files_open, too_many_files_open_in_system, no_buffer_space, permission_denied,
///         address_family_not_supported, or the system's own.
/// Source  POSIX socket(SOCK_CLOEXEC); wasi:sockets create-tcp-socket, create-udp-socket.
template <class Transport>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Transport>> new_socket(
    typename Transport::backend::context context = {}) {
    using F = typename Transport::family;
    using B = typename Transport::backend;
    auto handle = [context]() {
        if constexpr (Stream<Transport>) {
            return B::template open_stream<F>(context);
        } else {
            return B::template open_datagram<F>(context);
        }
    }();
    if (!handle) return handle.assume_error();
    return detail::make_socket<Created, Transport>(std::move(handle).assume_value());
}

template <Family F>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Tcp<F>>> new_tcp() noexcept {
    return new_socket<Tcp<F>>();
}
template <Family F>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Udp<F>>> new_udp() noexcept {
    return new_socket<Udp<F>>();
}

// Templates in disguise: the backend need not be complete where this header is read.
template <class Backend = native_stream>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Tcp<V4, Backend>>> tcp_v4() noexcept {
    return new_socket<Tcp<V4, Backend>>();
}
template <class Backend = native_stream>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Tcp<V6, Backend>>> tcp_v6() noexcept {
    return new_socket<Tcp<V6, Backend>>();
}
template <class Backend = native_datagram>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Udp<V4, Backend>>> udp_v4() noexcept {
    return new_socket<Udp<V4, Backend>>();
}
template <class Backend = native_datagram>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Udp<V6, Backend>>> udp_v6() noexcept {
    return new_socket<Udp<V6, Backend>>();
}

}  // namespace estate
