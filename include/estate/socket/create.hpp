// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// A new socket of any transport, in a context of its backend (of the kernel there is one). Closed on exec; V6 never
/// carries IPv4, V46 always does.
/// Errors  too_many_files_open, too_many_files_open_in_system, no_buffer_space, permission_denied,
///         address_family_not_supported, or the system's own.
/// Source  POSIX socket(SOCK_CLOEXEC); wasi:sockets create-tcp-socket, create-udp-socket.
template <class Transport>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Transport>> new_socket(
    typename Transport::backend::context context = {}) {
    using F = typename Transport::family;
    using B = typename Transport::backend;
    static_assert(!std::same_as<F, V46> || has_both_families<B>,
                  "estate: sockets of this platform carry one family each; make one of V4 and one of V6");
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

template <SocketFamily F>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Tcp<F>>> new_tcp() noexcept {
    return new_socket<Tcp<F>>();
}
template <SocketFamily F>
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

/// One socket for both families: what it is connected to, hears and answers is IPv6, or IPv4 as a v4-mapped address.
/// Errors  as new_socket(). Source: RFC 3493 section 5.3 IPV6_V6ONLY.
template <class Backend = native_stream>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Tcp<V46, Backend>>> tcp_v46() noexcept {
    return new_socket<Tcp<V46, Backend>>();
}
template <class Backend = native_datagram>
ESTATE_INLINE [[nodiscard]] inline result<CreatedSocket<Udp<V46, Backend>>> udp_v46() noexcept {
    return new_socket<Udp<V46, Backend>>();
}

}  // namespace estate
