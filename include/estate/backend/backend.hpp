// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <estate/backend/accept_failure.hpp>
#include <estate/backend/context.hpp>
#include <estate/backend/observed.hpp>
#include <estate/error/result.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/datagram.hpp>
#include <estate/base/deadline.hpp>
#include <estate/net/family.hpp>
#include <type_traits>

namespace estate {

// What a backend gives: what all of them do stands here. What one operation asks for beside it is a concept in the
// operation's own header (socket/operation/abort.hpp), so that a backend without it lacks the operation alone.

/// What every backend gives for both transports: a type with static functions over an owning handle.
///
/// A handle is move-only and closes in its destructor; a default-constructed or moved-from one owns
/// nothing, and every function answers it with errc::moved_from. No function allocates, throws, raises
/// SIGPIPE or changes anything process-wide. Interrupted calls go on (EINTR is never seen).
///
/// A context is that in which sockets are made: NoContext, a system, a simulated host. Small and copied; a handle
/// keeps what it needs of it, and hands it on to what it accepts.
///
/// `until` is until when a call may wait: a Deadline, or BasicUntil of the backend's waker where something can wake it.
template <class B>
concept Backend = std::is_trivially_copyable_v<typename B::context> &&
                  std::is_convertible_v<Deadline, typename B::until> &&
                  std::is_nothrow_move_constructible_v<typename B::handle> &&
                  std::is_nothrow_default_constructible_v<typename B::handle> &&
                  requires(typename B::handle& handle, typename B::context context) {
                      { B::close(handle) } noexcept -> std::same_as<result<void>>;
                      { B::now(context) } noexcept -> std::same_as<std::int64_t>;  // as Deadline::nanoseconds()
                  };

/// Its handles have a number that means something to the system: what op::handle and op::release need.
template <class B>
concept NumberedBackend = Backend<B> && requires(typename B::handle& handle, const typename B::handle& same) {
    typename B::native_handle;
    { B::number(same) } noexcept -> std::same_as<typename B::native_handle>;
    { B::forget(handle) } noexcept -> std::same_as<typename B::native_handle>;
};

/// What every transport over the family F needs: both ends, whose addresses are those of the family.
template <class B, class F>
concept EndpointBackend =
    Backend<B> &&
    requires(typename B::handle& handle, const typename B::handle& same, const typename F::address& address,
             ConstBuffer out, MutableBuffer in, typename B::until until) {
        { B::bind(handle, address) } noexcept -> std::same_as<result<void>>;
        { B::connect(handle, address) } noexcept -> std::same_as<result<void>>;
        { B::send(same, out) } noexcept -> std::same_as<result<std::size_t>>;
        { B::send(same, out, until) } noexcept -> std::same_as<result<std::size_t>>;
        { B::template local_addr<typename F::address>(same) } noexcept -> std::same_as<result<typename F::address>>;
        { B::template remote_addr<typename F::address>(same) } noexcept -> std::same_as<result<typename F::address>>;
    };

/// TCP over the family F. recv() is given a buffer, and answers the end with errc::end_of_stream.
template <class B, class F>
concept StreamBackend =
    EndpointBackend<B, F> &&
    requires(typename B::handle& handle, const typename B::handle& same, const typename F::address& address,
             MutableBuffer in, std::span<const ConstBuffer> gather, std::span<const MutableBuffer> scatter,
             typename B::until until, int number, typename B::context context) {
        { B::template open_stream<F>(context) } noexcept -> std::same_as<result<typename B::handle>>;
        { B::listen(handle, number) } noexcept -> std::same_as<result<void>>;
        { B::accept(same) } noexcept -> std::same_as<result<typename B::handle>>;
        { B::accept(same, until) } noexcept -> std::same_as<result<typename B::handle>>;
        { B::classify_accept(number) } noexcept -> std::same_as<AcceptFailure>;  // of an Error::system(number)
        { B::connect(handle, address, until) } noexcept -> std::same_as<result<void>>;
        { B::begin_connect(handle, address) } noexcept -> std::same_as<result<void>>;
        { B::finish_connect(handle, until) } noexcept -> std::same_as<result<void>>;
        { B::recv(same, in) } noexcept -> std::same_as<result<std::size_t>>;
        { B::recv(same, in, until) } noexcept -> std::same_as<result<std::size_t>>;
        { B::send_vectored(same, gather, until) } noexcept -> std::same_as<result<std::size_t>>;
        { B::recv_vectored(same, scatter, until) } noexcept -> std::same_as<result<std::size_t>>;
        { B::shutdown_send(handle) } noexcept -> std::same_as<result<void>>;
        { B::shutdown_receive(handle) } noexcept -> std::same_as<result<void>>;
        { B::discard_received(same) } noexcept;
        { B::drain(same, until) } noexcept -> std::same_as<result<void>>;
    };

/// UDP over the family F. An empty datagram is legal.
template <class B, class F>
concept DatagramBackend =
    EndpointBackend<B, F> &&
    requires(typename B::handle& handle, const typename B::handle& same, const typename F::address& address,
             ConstBuffer out, MutableBuffer in, std::span<const OutgoingDatagram<typename F::address>> batch,
             std::span<const ConstBuffer> gather, std::span<IncomingDatagram<typename F::address>> places,
             typename B::until until, typename B::context context) {
        { B::template open_datagram<F>(context) } noexcept -> std::same_as<result<typename B::handle>>;
        { B::template disconnect<typename F::address>(handle) } noexcept -> std::same_as<result<void>>;
        { B::send_to(same, out, address, until) } noexcept -> std::same_as<result<std::size_t>>;
        { B::template recv_from<typename F::address>(same, in, until) } noexcept
            -> std::same_as<result<ReceivedFrom<typename F::address>>>;
        { B::recv_datagram(same, in, until) } noexcept -> std::same_as<result<Received>>;
        { B::send_batch(same, batch, until) } noexcept -> std::same_as<result<std::size_t>>;
        { B::send_batch(same, gather, until) } noexcept -> std::same_as<result<std::size_t>>;
        { B::recv_batch(same, places, until) } noexcept -> std::same_as<result<std::size_t>>;
    };

/// Can send and receive what goes beside the bytes of a datagram: what op::with_segments, op::with_packet_info and the
/// operations behind them need. A null peer is the fixed one, a null source any, a segment of 0 cuts nothing.
template <class B, class F>
concept MessageBackend =
    DatagramBackend<B, F> && requires(const typename B::handle& same, const typename F::address* peer,
                                      const void* source, ConstBuffer out, MutableBuffer in, std::size_t segment,
                                      Deadline until) {
        { B::join_segments(same) } noexcept -> std::same_as<result<void>>;
        { B::template tell_destination<typename F::address>(same) } noexcept -> std::same_as<result<void>>;
        { B::send_message(same, out, peer, source, segment, until) } noexcept -> std::same_as<result<std::size_t>>;
        { B::template recv_message<ReceivedSegments<typename F::address>>(same, in, until) } noexcept
            -> std::same_as<result<ReceivedSegments<typename F::address>>>;
    };

/// Option can be set and read on sockets of the family F.
template <class B, class F, class Option>
concept OptionBackend =
    Backend<B> && B::template has_option<typename Option::key, F> &&
    requires(const typename B::handle& same, const Option& option) {
        { B::template set<F>(same, option) } noexcept -> std::same_as<result<void>>;
        { B::template get<F, Option>(same) } noexcept -> std::same_as<result<Option>>;
    };

}  // namespace estate
