// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/observed.hpp>
#include <estate/socket/one_of.hpp>
#include <estate/socket/transition.hpp>

namespace estate {

namespace detail {
template <class T>
struct adopted;
template <Stream T>
struct adopted<T> {
    using type = OneOf<T, NoHold, Created, Bound, Listening, Connecting, Connected, SendClosed>;
};
template <Datagram T>
struct adopted<T> {
    using type = OneOf<T, NoHold, Created, Bound, Connected>;
};
}  // namespace detail

/// The states in which a foreign descriptor of the transport can be found.
template <class Transport>
using AdoptedSocket = typename detail::adopted<Transport>::type;

/// Takes over a descriptor that was made elsewhere, after asking the kernel what it is.
///
/// The kernel does not tell two things: that the receiving half was shut (found as Connected), and that a
/// connection is over (found as Bound; its first use fails). A close-on-exec flag is set, and O_NONBLOCK of what
/// listens or is connecting, as it is of our own; the rest stays as it is: calls wait by poll() where O_NONBLOCK is
/// set, and an IPv6 socket whose IPV6_V6ONLY is off goes on carrying IPv4.
///
/// Errors  errc::not_a_socket, wrong_family, wrong_transport; bad_file_descriptor. The descriptor then
///         stays the caller's, untouched.
/// Source  socket(7) SO_DOMAIN, SO_TYPE, SO_PROTOCOL; tcp(7) TCP_INFO; getpeername(), getsockname().
template <class Transport>
[[nodiscard]] result<AdoptedSocket<Transport>> adopt(typename Transport::backend::native_handle descriptor,
                                                     typename Transport::backend::context context = {}) {
    using B = typename Transport::backend;
    using F = typename Transport::family;
    using Adopted = AdoptedSocket<Transport>;
    const auto observed = [&] {
        if constexpr (Stream<Transport>) {
            return B::observer::template observe_stream<F>(descriptor, context);
        } else {
            return B::observer::template observe_datagram<F>(descriptor, context);
        }
    }();
    if (!observed) return observed.assume_error();
    auto handle = B::observer::adopt(descriptor, observed.assume_value(), context);
    if (!handle) return handle.assume_error();
    const auto as = [&]<class State>(State) {
        return Adopted(detail::socket_access::make<State, Transport>(std::move(handle).assume_value()));
    };
    if (observed.assume_value() == Observed::connected) return as(Connected{});
    if (observed.assume_value() == Observed::bound) return as(Bound{});
    if constexpr (Stream<Transport>) {
        if (observed.assume_value() == Observed::listening) return as(Listening{});
        if (observed.assume_value() == Observed::connecting) return as(Connecting{});
        if (observed.assume_value() == Observed::send_closed) return as(SendClosed{});
    }
    return as(Created{});
}

}  // namespace estate
