// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/lazy.hpp>
#include <estate/net/socket_address.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

/// local_addr(), local_ip(), local_port(): the address that the socket has at this end.
///
/// From      Bound and later; not Created, which has none, nor Connecting, where systems differ.
/// Returns   port 0 only where option::bind_address_no_port put the choice off to connect().
/// Source    POSIX getsockname(); wasi:sockets local-address.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE operation<op::local_addr, Socket<S, T, H>> {
    using Self = Socket<S, T, H>;
    using F = typename T::family;

    ESTATE_USES [[nodiscard]] result<SocketAddress<F>> local_addr() const {
        return T::backend::template local_addr<F>(detail::socket_access::handle(static_cast<const Self&>(*this)));
    }
    ESTATE_USES [[nodiscard]] result<IpAddress<F>> local_ip() const {
        const auto address = local_addr();
        if (!address) return address.assume_error();
        return address.assume_value().address();
    }
    ESTATE_USES [[nodiscard]] result<detail::lazy<Port, Self>> local_port() const {
        const auto address = local_addr();
        if (!address) return address.assume_error();
        return address.assume_value().port();
    }

protected:
    ~operation() = default;  // a part of Self, never an object
};

}  // namespace estate
