// SPDX-License-Identifier: BSL-1.0
#pragma once

// How each operation is called, written once: the matrix (matrix.cpp) asks whether the call exists,
// the generated one (compile-fail-tests/matrix.py) makes the call. What is legal is said by the table alone.

#include <estate/estate.hpp>
#include <estate/halves.hpp>
#if !defined(__wasi__)
#include <estate/packet_info.hpp>
#endif
#include <estate/nonblocking.hpp>
#include <estate/socket/recv_container.hpp>
#if defined(ESTATE_NATIVE_UNIX)
#include <estate/unix.hpp>
#endif

namespace probes {

/// A hold and a binding that keep nothing.
template <class F>
struct TestHold {
    [[nodiscard]] estate::IpAddress<F> address() const noexcept { return {}; }
    [[nodiscard]] TestHold share() const noexcept { return {}; }
};
template <class F>
struct TestBinding {
    [[nodiscard]] estate::result<TestHold<F>> share() const noexcept { return TestHold<F>{}; }
};
static_assert(estate::AddressHold<TestHold<estate::V4>, estate::V4>);
static_assert(estate::AddressBinding<TestBinding<estate::V6>, estate::V6>);

/// An argument of each kind. Where a transport has no addresses of the Internet, those of one stand in their place.
template <class Of>
struct Arguments {
    using Real = typename Of::address::family;
    using F = std::conditional_t<estate::Family<Real>, Real, estate::V4>;
    const typename Of::address& address;
    estate::IpAddress<F> ip;
    estate::Port port;
    estate::Deadline until;
    estate::ConstBuffer bytes;
    estate::MutableBuffer room;
    std::string_view text;
    std::span<const estate::ConstBuffer> gather;
    std::span<const estate::MutableBuffer> scatter;
    std::span<const estate::OutgoingDatagram<estate::SocketAddress<F>>> batch;
    std::span<estate::IncomingDatagram<estate::SocketAddress<F>>> places;
    TestHold<F> hold;
#if !defined(__wasi__)
    estate::Source<F> source;
#endif
    TestBinding<F> binding;
#if !defined(__wasi__)
    const estate::Waker& waker;
#endif
    estate::option::join_group<F> join;
    estate::option::leave_group<F> leave;
    estate::option::join_source<F> join_source;
    estate::option::leave_source<F> leave_source;
    estate::CreatedSocket<estate::Tcp<estate::V4>>& passed;
#if !defined(__wasi__)
    estate::ConnectedSocket<estate::WriteHalf<estate::Tcp<F>>>& writer;
#endif
};

template <class S>
using arguments_of = Arguments<typename S::transport::family>;

// Which form of an operation a socket has: bind() without a hold takes an address, with one a port.
template <class S>
inline constexpr bool every = true;
template <class S>
inline constexpr bool stream = estate::Stream<typename S::transport>;
#if !defined(__wasi__)
template <class T>
inline constexpr bool informs = false;
template <class T>
inline constexpr bool informs<estate::Informed<T>> = true;
template <class S>
inline constexpr bool informed = informs<typename S::transport>;
#endif
template <class S>
inline constexpr bool open = std::is_same_v<typename S::state, estate::Bound>;
#if !defined(__wasi__)
template <class S>
inline constexpr bool informed_open = informed<S> && open<S>;
#endif
template <class S>
inline constexpr bool fixed = std::is_same_v<typename S::state, estate::Connected>;
template <class S>
inline constexpr bool internet = !estate::Local<typename S::transport>;
template <class S>
inline constexpr bool local = estate::Local<typename S::transport>;
template <class S>
inline constexpr bool stream_or_local = stream<S> || local<S>;
template <class S>
inline constexpr bool plain = std::is_same_v<typename S::hold, estate::NoHold>;
template <class S>
inline constexpr bool held = !plain<S>;
template <class S>
inline constexpr bool plain_internet = plain<S> && internet<S>;
template <class S>
inline constexpr bool has_hop_limit =
    S::transport::backend::template has_option<estate::option::hop_limit, typename S::transport::family>;
template <class S>
inline constexpr bool sets_hop_limit =
    has_hop_limit<S> && estate::has_effect<typename S::transport::settings, typename S::state, estate::option::hop_limit>;
template <class S>
inline constexpr bool gets_hop_limit =
    has_hop_limit<S> && estate::has_setting<typename S::transport::settings, estate::option::hop_limit>;
template <class S>
inline constexpr bool gets_send_buffer =
    estate::has_setting<typename S::transport::settings, estate::option::send_buffer>;
template <class S>
inline constexpr bool sets_send_buffer =
    estate::has_effect<typename S::transport::settings, typename S::state, estate::option::send_buffer>;

template <class S>
inline constexpr bool never_waits = estate::NonBlockingSocket<S>;
template <class S>
inline constexpr bool waits = !never_waits<S>;
template <class S>
inline constexpr bool waiting_stream = stream<S> && waits<S>;

template <class T>
inline constexpr bool reads = false;
template <class T>
inline constexpr bool reads<estate::ReadHalf<T>> = true;
template <class S>
inline constexpr bool plain_reader = plain<S> && reads<typename S::transport>;

enum Manner { uses, consumes };

/// The calls of Op, numbered from 0 and without a gap. Each has
///   expected   whether S has it: its table lists Op, and the call is one of such sockets
///   exists     whether it compiles on an rvalue        on_lvalue  whether it compiles on an lvalue
///   manner     whether it consumes the socket          text       as it is written behind `socket.`
///   is_noexcept   whether it throws nothing
///   make       makes the call, with the arguments of `a`: what the laws do with every legal cell (laws/cells.hpp)
template <class Op, int Number, class S>
struct call {
    static constexpr bool written = false;
};

#define ESTATE_CALL(id, number, who, how, ...)                                                                     \
    template <class S>                                                                                             \
    struct call<estate::op::id, number, S> {                                                                       \
        static constexpr bool written = true;                                                                      \
        static constexpr bool expected =                                                                           \
            estate::Allows<S, estate::op::id> && who<S>;                                                           \
        static constexpr bool exists = requires(S & socket, arguments_of<S> & a) { std::move(socket).__VA_ARGS__; }; \
        static constexpr bool on_lvalue = requires(S & socket, arguments_of<S> & a) { socket.__VA_ARGS__; };       \
        static constexpr bool is_noexcept =                                                                        \
            requires(S & socket, arguments_of<S> & a) { { std::move(socket).__VA_ARGS__ } noexcept; };             \
        static constexpr Manner manner = how;                                                                      \
        static constexpr const char* text = #__VA_ARGS__;                                                          \
        template <class A>                                                                                         \
        static auto make(S& socket, [[maybe_unused]] A& a) {                                                       \
            return std::move(socket).__VA_ARGS__;                                                                  \
        }                                                                                                          \
    }

ESTATE_CALL(bind, 0, plain, consumes, bind(a.address));
ESTATE_CALL(bind, 1, plain_internet, consumes, bind_to_ip(a.ip, a.port));
ESTATE_CALL(bind, 2, plain_internet, consumes, bind_any());
ESTATE_CALL(bind, 3, plain_internet, consumes, bind(std::move(a.hold), a.port));
ESTATE_CALL(bind, 4, plain_internet, consumes, bind_with_binding(a.binding, a.port));
ESTATE_CALL(bind, 5, held, consumes, bind(a.port));
ESTATE_CALL(bind, 6, local, consumes, bind_over_stale(a.address));
ESTATE_CALL(listen, 0, every, consumes, listen());
ESTATE_CALL(listen, 1, every, consumes, listen(estate::Backlog(16)));
ESTATE_CALL(accept, 0, every, uses, accept());
ESTATE_CALL(accept, 1, waits, uses, accept(a.until));
#if !defined(__wasi__)
ESTATE_CALL(accept, 2, waits, uses, accept(a.waker));
ESTATE_CALL(accept, 3, waits, uses, accept({a.waker, a.until}));
#endif
ESTATE_CALL(accept_from, 0, every, uses, accept_from());
ESTATE_CALL(accept_from, 1, waits, uses, accept_from(a.until));
ESTATE_CALL(set_backlog, 0, every, uses, set_backlog(estate::Backlog(16)));
ESTATE_CALL(connect, 0, every, consumes, connect(a.address));
ESTATE_CALL(connect, 1, stream_or_local, consumes, connect(a.address, a.until));
ESTATE_CALL(begin_connect, 0, every, consumes, begin_connect(a.address));
ESTATE_CALL(finish_connect, 0, waits, consumes, finish_connect(a.until));
ESTATE_CALL(finish_connect, 1, never_waits, consumes, finish_connect());
ESTATE_CALL(disconnect, 0, every, consumes, disconnect());
ESTATE_CALL(send, 0, every, uses, send(a.bytes));
ESTATE_CALL(send, 1, waits, uses, send(a.bytes, a.until));
ESTATE_CALL(send, 2, every, uses, send(a.text));
ESTATE_CALL(send, 3, waits, uses, send(a.text, a.until));
ESTATE_CALL(send_all, 0, every, uses, send_all(a.bytes));
ESTATE_CALL(send_all, 1, every, uses, send_all(a.text, a.until));
ESTATE_CALL(send_vectored, 0, every, uses, send_vectored(a.gather));
ESTATE_CALL(send_vectored, 1, waits, uses, send_vectored(a.gather, a.until));
ESTATE_CALL(send_to, 0, every, uses, send_to(a.bytes, a.address));
ESTATE_CALL(send_to, 1, waits, uses, send_to(a.text, a.address, a.until));
#if !defined(__wasi__)
ESTATE_CALL(send_to, 2, informed, uses, send_to(a.bytes, a.address, a.source));
ESTATE_CALL(send_to, 3, informed, uses, send_to(a.text, a.address, a.hold));
#endif
ESTATE_CALL(send_batch, 0, open, uses, send_batch(a.batch));
ESTATE_CALL(send_batch, 1, fixed, uses, send_batch(a.gather, a.until));
ESTATE_CALL(with_packet_info, 0, every, consumes, with_packet_info());
ESTATE_CALL(with_segments, 0, every, consumes, with_segments());
ESTATE_CALL(send_segments, 0, open, uses, send_segments(a.bytes, 1200, a.address));
ESTATE_CALL(send_segments, 1, fixed, uses, send_segments(a.bytes, 1200, a.until));
#if !defined(__wasi__)
ESTATE_CALL(send_segments, 2, informed_open, uses, send_segments(a.bytes, 1200, a.address, a.source));
#endif
ESTATE_CALL(recv, 0, every, uses, recv(a.room));
ESTATE_CALL(recv, 1, waits, uses, recv(a.room, a.until));
ESTATE_CALL(recv, 2, waiting_stream, uses, recv(std::size_t{16}));
ESTATE_CALL(peek, 0, every, uses, peek(a.room));
ESTATE_CALL(peek, 1, every, uses, peek(a.room, a.until));
ESTATE_CALL(recv_exact, 0, every, uses, recv_exact(a.room));
ESTATE_CALL(recv_exact, 1, every, uses, recv_exact(a.room, a.until));
ESTATE_CALL(recv_vectored, 0, every, uses, recv_vectored(a.scatter));
ESTATE_CALL(recv_vectored, 1, waits, uses, recv_vectored(a.scatter, a.until));
ESTATE_CALL(recv_from, 0, every, uses, recv_from(a.room));
ESTATE_CALL(recv_from, 1, waits, uses, recv_from(a.room, a.until));
ESTATE_CALL(recv_batch, 0, every, uses, recv_batch(a.places));
ESTATE_CALL(recv_batch, 1, every, uses, recv_batch(a.places, a.until));
ESTATE_CALL(recv_segments, 0, every, uses, recv_segments(a.room, a.until));
ESTATE_CALL(shutdown_send, 0, every, consumes, shutdown_send());
ESTATE_CALL(shutdown_receive, 0, every, consumes, shutdown_receive());
ESTATE_CALL(finish, 0, every, consumes, finish(a.until));
ESTATE_CALL(finish_or_abort, 0, every, consumes, finish_or_abort(a.until));
ESTATE_CALL(abort, 0, every, consumes, abort());
ESTATE_CALL(split, 0, every, consumes, split());
#if !defined(__wasi__)
ESTATE_CALL(join, 0, plain_reader, consumes, join(std::move(a.writer)));
#endif
ESTATE_CALL(close, 0, every, consumes, close());
ESTATE_CALL(release, 0, every, consumes, release());
ESTATE_CALL(detach_hold, 0, every, consumes, detach_hold());
ESTATE_CALL(set_nonblocking, 0, every, consumes, set_nonblocking());
ESTATE_CALL(set_blocking, 0, every, consumes, set_blocking());
ESTATE_CALL(handle, 0, every, uses, handle());
ESTATE_CALL(local_addr, 0, every, uses, local_addr());
ESTATE_CALL(local_addr, 1, internet, uses, local_ip());
ESTATE_CALL(local_addr, 2, internet, uses, local_port());
ESTATE_CALL(remote_addr, 0, every, uses, remote_addr());
ESTATE_CALL(peer_credentials, 0, every, uses, peer_credentials());
ESTATE_CALL(send_socket, 0, every, uses, send_socket(std::move(a.passed)));
ESTATE_CALL(send_socket, 1, every, uses, send_socket(std::move(a.passed), a.text, a.until));
ESTATE_CALL(recv_socket, 0, every, uses, template recv_socket<estate::Tcp<estate::V4>>());
ESTATE_CALL(recv_socket, 1, every, uses, template recv_socket<estate::Tcp<estate::V4>>(a.room));
ESTATE_CALL(set, 0, sets_hop_limit, uses, set(estate::option::hop_limit{64}));
ESTATE_CALL(set, 1, sets_send_buffer, uses, set(estate::option::send_buffer{4096}));
ESTATE_CALL(get, 0, gets_hop_limit, uses, template get<estate::option::hop_limit>());
ESTATE_CALL(get, 1, gets_send_buffer, uses, template get<estate::option::send_buffer>());

#undef ESTATE_CALL

/// The same for set() and each option: expected where the settings table says that it has an effect and the
/// platform has the option for the family.
template <class Key, class T>
inline constexpr bool settable = true;
template <class T>
inline constexpr bool settable<estate::option::path_mtu, T> = false;  // only to be read
template <class T>
inline constexpr bool settable<estate::option::timestamps, T> = estate::FactsFor<estate::option::timestamps, T>;

template <class Key, int Number, class S>
struct setting_call {
    static constexpr bool written = false;
};

#define ESTATE_SETTING(id, number, ...)                                                                            \
    template <class S>                                                                                             \
    struct setting_call<estate::option::id, number, S> {                                                           \
        using T = typename S::transport;                                                                           \
        static constexpr bool written = true;                                                                      \
        static constexpr bool expected =                                                                           \
            estate::Allows<S, estate::op::set> &&                                                                  \
            estate::has_effect<typename T::settings, typename S::state, estate::option::id> &&                     \
            T::backend::template has_option<estate::option::id, typename T::family> &&                             \
            settable<estate::option::id, T>;                                                                       \
        static constexpr bool exists = requires(S & socket, arguments_of<S> & a) { socket.set(__VA_ARGS__); };     \
        static constexpr bool on_lvalue = exists;                                                                  \
        static constexpr bool is_noexcept =                                                                        \
            requires(S & socket, arguments_of<S> & a) { { socket.set(__VA_ARGS__) } noexcept; };                   \
        static constexpr Manner manner = uses;                                                                     \
        static constexpr const char* text = "set(" #__VA_ARGS__ ")";                                               \
        template <class A>                                                                                         \
        static auto make(S& socket, [[maybe_unused]] A& a) {                                                       \
            return socket.set(__VA_ARGS__);                                                                        \
        }                                                                                                          \
    }

ESTATE_SETTING(reuse_address, 0, estate::option::reuse_address{});
ESTATE_SETTING(reuse_port, 0, estate::option::reuse_port{});
ESTATE_SETTING(bind_to_device, 0, estate::option::bind_to_device{});
ESTATE_SETTING(freebind, 0, estate::option::freebind{});
ESTATE_SETTING(transparent, 0, estate::option::transparent{});
ESTATE_SETTING(bind_address_no_port, 0, estate::option::bind_address_no_port{});
ESTATE_SETTING(fast_open, 0, estate::option::fast_open{});
ESTATE_SETTING(no_delay, 0, estate::option::no_delay{});
ESTATE_SETTING(keep_alive, 0, estate::option::keep_alive{});
ESTATE_SETTING(keep_alive_idle, 0, estate::option::keep_alive_idle{});
ESTATE_SETTING(keep_alive_interval, 0, estate::option::keep_alive_interval{});
ESTATE_SETTING(keep_alive_count, 0, estate::option::keep_alive_count{});
ESTATE_SETTING(linger, 0, estate::option::linger{});
ESTATE_SETTING(send_buffer, 0, estate::option::send_buffer{});
ESTATE_SETTING(receive_buffer, 0, estate::option::receive_buffer{});
ESTATE_SETTING(hop_limit, 0, estate::option::hop_limit{});
ESTATE_SETTING(broadcast, 0, estate::option::broadcast{});
ESTATE_SETTING(multicast_membership, 0, a.join);
ESTATE_SETTING(multicast_membership, 1, a.leave);
ESTATE_SETTING(multicast_membership, 2, a.join_source);
ESTATE_SETTING(multicast_membership, 3, a.leave_source);
ESTATE_SETTING(multicast_interface, 0, estate::option::multicast_interface{});
ESTATE_SETTING(multicast_all, 0, estate::option::multicast_all{});
ESTATE_SETTING(multicast_hops, 0, estate::option::multicast_hops{});
ESTATE_SETTING(multicast_loop, 0, estate::option::multicast_loop{});
ESTATE_SETTING(user_timeout, 0, estate::option::user_timeout{});
ESTATE_SETTING(quick_ack, 0, estate::option::quick_ack{});
ESTATE_SETTING(cork, 0, estate::option::cork{});
ESTATE_SETTING(fast_open_connect, 0, estate::option::fast_open_connect{});
ESTATE_SETTING(mark, 0, estate::option::mark{});
ESTATE_SETTING(priority, 0, estate::option::priority{});
ESTATE_SETTING(traffic_class, 0, estate::option::traffic_class{});
ESTATE_SETTING(dont_fragment, 0, estate::option::dont_fragment{});
ESTATE_SETTING(path_mtu, 0, estate::option::path_mtu{});
ESTATE_SETTING(timestamps, 0, estate::option::timestamps{});

#undef ESTATE_SETTING

}  // namespace probes
