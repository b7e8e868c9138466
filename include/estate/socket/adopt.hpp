// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/observed.hpp>
#include <estate/lifecycle/found.hpp>
#include <estate/socket/part.hpp>

namespace estate {

namespace detail {
/// As what a backend observes a state. One that a table finds and that is not here does not compile.
template <class State>
struct seen_as;
template <Observed What>
struct is_seen_as {
    static constexpr Observed value = What;
};
template <>
struct seen_as<Created> : is_seen_as<Observed::created> {};
template <>
struct seen_as<Bound> : is_seen_as<Observed::bound> {};
template <>
struct seen_as<Listening> : is_seen_as<Observed::listening> {};
template <>
struct seen_as<Connecting> : is_seen_as<Observed::connecting> {};
template <>
struct seen_as<Connected> : is_seen_as<Observed::connected> {};
template <>
struct seen_as<SendClosed> : is_seen_as<Observed::send_closed> {};

template <class... States>
constexpr bool is_found(Observed what, lifecycle::list<States...>) noexcept {
    return ((what == seen_as<States>::value) || ...);
}
}  // namespace detail

/// The states in which a foreign descriptor of the transport can be found: those that its table finds.
template <class Transport>
using AdoptedSocket = lifecycle::Found<CreatedSocket<Transport>>;

/// Takes over a descriptor that was made elsewhere, after asking the kernel what it is.
///
/// The kernel does not report two things: that the receiving half was shut (found as Connected), and that a
/// connection is over (found as Bound; its first use fails). A close-on-exec flag is set, and O_NONBLOCK of what
/// listens or is connecting, as it is of our own; the rest stays as it is: calls wait by poll() where O_NONBLOCK is
/// set. An IPv6 socket is of V6 or of V46 as IPV6_V6ONLY says, unless its own address is one of IPv6 alone and it
/// is no datagram socket with a peer; before bind() it becomes what it is adopted as.
///
/// Errors  errc::not_a_socket, wrong_family, wrong_transport (also a socket that joins or cuts segments and is not
///         adopted as Segmented, or one that does not and is; one without packet information that is adopted as
///         Informed; one that holds datagrams back, UDP_CORK, or peeks from an offset, SO_PEEK_OFF);
///         bad_file_descriptor. The descriptor then stays the caller's, untouched.
/// Source  socket(7) SO_DOMAIN, SO_TYPE, SO_PROTOCOL; tcp(7) TCP_INFO; getpeername(), getsockname().
template <class Transport>
[[nodiscard]] result<AdoptedSocket<Transport>> adopt(typename Transport::backend::native_handle descriptor,
                                                     typename Transport::backend::context context = {}) noexcept {
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
    constexpr lifecycle::found_in<typename Transport::lifecycle> found{};
    if (!detail::is_found(observed.assume_value(), found)) return errc::wrong_transport;
    if constexpr (requires { typename Transport::facts; }) {
        const auto fits = B::observer::template check_facts<F>(descriptor, context, typename Transport::facts());
        if (!fits) return fits.assume_error();
    }
    auto handle = B::observer::template adopt<F>(descriptor, observed.assume_value(), context);
    if (!handle) return handle.assume_error();
    return lifecycle::find<CreatedSocket<Transport>>(
        detail::body_of<Transport, NoHold>(NoHold(), std::move(handle).assume_value()),
        [&]<class State>(std::type_identity<State>) {
            return observed.assume_value() == detail::seen_as<State>::value;
        });
}

}  // namespace estate
