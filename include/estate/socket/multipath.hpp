// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/socket/part.hpp>

namespace estate {

/// A new TCP socket that may use several ways to its peer at once. It is a TCP socket in every other respect: a peer
/// without MPTCP speaks plain TCP with it.
/// Errors  protocol_not_supported, no_protocol_option (the kernel has none, or it is switched off); as new_socket().
/// Source  Linux Documentation/networking/mptcp.rst, IPPROTO_MPTCP; RFC 8684.
template <SocketFamily F, class Backend = native_stream>
[[nodiscard]] result<CreatedSocket<Tcp<F, Backend>>> new_mptcp(typename Backend::context context = {}) noexcept
    requires requires { Backend::template open_multipath<F>(context); }
{
    auto handle = Backend::template open_multipath<F>(context);
    if (!handle) return handle.assume_error();
    return detail::make_socket<Created, Tcp<F, Backend>>(std::move(handle).assume_value());
}

}  // namespace estate
