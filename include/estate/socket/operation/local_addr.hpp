// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/base/lazy.hpp>
#include <estate/net/socket_address.hpp>
#include <estate/socket/part.hpp>

namespace estate {

/// local_addr(), local_ip(), local_port(): the address that the socket has at this end.
///
/// From      Bound, Listening, Connected, SendClosed, ReceiveClosed: a socket has no address before, and while a
///           connect is under way systems differ.
/// Returns   port 0 only where option::bind_address_no_port put the choice off to connect().
/// Source    POSIX getsockname(); wasi:sockets local-address.
template <class S, class T, class H>
struct ESTATE_CONSUMABLE lifecycle::operation<op::local_addr, Socket<S, T, H>>
    : detail::SocketPart<op::local_addr, S, T, H> {
    using Self = Socket<S, T, H>;
    using Address = typename T::address;
    using F = typename Address::family;

    ESTATE_USES [[nodiscard]] result<Address> local_addr() const noexcept {
        return T::backend::template local_addr<Address>(this->owned_handle());
    }
    ESTATE_USES [[nodiscard]] result<IpAddress<F>> local_ip() const noexcept {
        const auto address = local_addr();
        if (!address) return address.assume_error();
        return address.assume_value().address();
    }
    ESTATE_USES [[nodiscard]] result<detail::lazy<Port, Self>> local_port() const noexcept {
        const auto address = local_addr();
        if (!address) return address.assume_error();
        return address.assume_value().port();
    }
};

}  // namespace estate
