// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/observed.hpp>
#include <estate/lifecycle/found.hpp>
#include <estate/socket/part.hpp>

namespace estate {

namespace detail {
template <class State>
inline constexpr Observed seen_as = Observed::created;
template <>
inline constexpr Observed seen_as<Bound> = Observed::bound;
template <>
inline constexpr Observed seen_as<Listening> = Observed::listening;
template <>
inline constexpr Observed seen_as<Connecting> = Observed::connecting;
template <>
inline constexpr Observed seen_as<Connected> = Observed::connected;
template <>
inline constexpr Observed seen_as<SendClosed> = Observed::send_closed;
}  // namespace detail

/// The states in which a foreign descriptor of the transport can be found: those that its table finds.
template <class Transport>
using AdoptedSocket = lifecycle::Found<CreatedSocket<Transport>>;

/// Takes over a descriptor that was made elsewhere, after asking the kernel what it is.
///
/// The kernel does not tell two things: that the receiving half was shut (found as Connected), and that a
/// connection is over (found as Bound; its first use fails). A close-on-exec flag is set, and O_NONBLOCK of what
/// listens or is connecting, as it is of our own; the rest stays as it is: calls wait by poll() where O_NONBLOCK is
/// set, and an IPv6 socket whose IPV6_V6ONLY is off goes on carrying IPv4.
///
/// Errors  errc::not_a_socket, wrong_family, wrong_transport (also a socket that joins or cuts segments and is not
///         adopted as Segmented, or one that does not and is; one without packet information that is adopted as
///         Informed); bad_file_descriptor. The descriptor then
///         stays the caller's, untouched.
/// Source  socket(7) SO_DOMAIN, SO_TYPE, SO_PROTOCOL; tcp(7) TCP_INFO; getpeername(), getsockname().
template <class Transport>
[[nodiscard]] result<AdoptedSocket<Transport>> adopt(typename Transport::backend::native_handle descriptor,
                                                     typename Transport::backend::context context = {}) {
    using B = typename Transport::backend;
    using F = typename Transport::family;
    const auto observed = [&] {
        if constexpr (Stream<Transport>) {
            return B::observer::template observe_stream<F>(descriptor, context);
        } else {
            return B::observer::template observe_datagram<F>(descriptor, context);
        }
    }();
    if (!observed) return observed.assume_error();
    if constexpr (requires { typename Transport::facts; }) {
        const auto fits = B::observer::template check_facts<F>(descriptor, context, typename Transport::facts());
        if (!fits) return fits.assume_error();
    }
    auto handle = B::observer::adopt(descriptor, observed.assume_value(), context);
    if (!handle) return handle.assume_error();
    return lifecycle::find<CreatedSocket<Transport>>(
        detail::body_of<Transport, NoHold>(NoHold(), std::move(handle).assume_value()),
        [&]<class State>(std::type_identity<State>) { return observed.assume_value() == detail::seen_as<State>; });
}

}  // namespace estate
