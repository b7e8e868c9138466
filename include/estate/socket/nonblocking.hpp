// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/absent.hpp>
#include <estate/base/deadline.hpp>
#include <estate/socket/part.hpp>
#include <estate/transport/nonblocking.hpp>

namespace estate {

/// A backend whose sockets can be made such that never wait. An attempt is a call that waits, with Deadline::at_once();
/// what is here answers errc::deadline_exceeded alike.
template <class B>
concept NonBlockingBackend = requires(typename B::handle& handle, const typename B::handle& same, Deadline until) {
    { B::set_nonblocking(same, true) } noexcept -> std::same_as<result<void>>;
    requires !requires { B::classify_accept(0); } || requires {
        { B::accept_nonblocking(same) } noexcept -> std::same_as<result<typename B::handle>>;
        { B::await_connect(handle, until) } noexcept -> std::same_as<result<void>>;  // as finish_connect(), mode kept
    };
};

template <class B>
struct BasicUnixStream;
template <class B>
struct BasicUnixDatagram;
template <class B>
struct BasicUnixSeqpacket;

namespace detail {
template <class T>
struct nonblocking_tables {
    using lifecycle = transport::nonblocking::datagram_lines;
    using watches = transport::nonblocking::datagram_watches;
};
template <Stream T>
struct nonblocking_tables<T> {
    using lifecycle = transport::nonblocking::stream_lines;
    using watches = transport::nonblocking::stream_watches;
};
template <class B>
struct nonblocking_tables<BasicUnixStream<B>> {
    using lifecycle = transport::nonblocking::local_stream_lines;
    using watches = transport::nonblocking::local_watches;
};
template <class B>
struct nonblocking_tables<BasicUnixDatagram<B>> {
    using lifecycle = transport::nonblocking::local_datagram_lines;
    using watches = transport::nonblocking::datagram_watches;
};
template <class B>
struct nonblocking_tables<BasicUnixSeqpacket<B>> {
    using lifecycle = transport::nonblocking::local_seqpacket_lines;
    using watches = transport::nonblocking::local_watches;
};
}  // namespace detail

/// The transport T with sockets that never wait: a call that would block says so by its value (attempt.hpp), and what
/// can only be done by waiting is no member. set_nonblocking() of a socket of T makes one, set_blocking() the other
/// way. No call of this library changes the mode of the open file while the type stays.
template <class T>
struct NonBlocking : T {
    using blocking = T;
    using lifecycle =
        estate::lifecycle::without<typename detail::nonblocking_tables<T>::lifecycle,
                                   std::remove_const_t<decltype(absent_operations<typename T::backend>)>>;
    using watches = typename detail::nonblocking_tables<T>::watches;
};

/// S never waits.
template <class S>
concept NonBlockingSocket = requires {
    typename std::remove_cvref_t<S>::transport::blocking;
    requires std::same_as<typename std::remove_cvref_t<S>::transport,
                          NonBlocking<typename std::remove_cvref_t<S>::transport::blocking>>;
};

namespace detail {
template <class T, class H, class State>
struct socket_in<NonBlocking<T>, H, lifecycle::with<fact::blocking, State>> {
    using type = Socket<State, T, H>;
};

/// The open file of these does not block, whatever the mode of the socket is.
template <class State>
inline constexpr bool never_blocks = std::is_same_v<State, Listening> || std::is_same_v<State, Connecting>;

/// Changes the mode of the open file where it differs, and makes the socket of it.
template <class Op, class Self>
[[nodiscard]] lifecycle::transition<Op, Self> change_mode(Self& self, bool nonblocking) noexcept {
    using Next = lifecycle::next_of<Op, Self>;
    using B = typename Self::transport::backend;
    auto& body = lifecycle::machine::body(self);
    if constexpr (!never_blocks<typename Self::state>) {
        if (const auto done = B::set_nonblocking(body.handle, nonblocking); !done) {
            return lifecycle::fail<Op>(self, done.assume_error());
        }
    }
    return make_socket<typename Next::state, typename Next::transport, typename Next::hold>(std::move(body.handle),
                                                                                           std::move(body.hold));
}
}  // namespace detail

}  // namespace estate
