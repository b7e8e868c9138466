// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdint>
#include <estate/base/deadline.hpp>
#include <estate/error/result.hpp>
#include <estate/net/buffer.hpp>
#include <estate/net/socket_address.hpp>

// How rings (completion/ring.hpp) ask a system to do something and hear that it is done. A mechanism stands in its
// backend.

namespace estate {

/// Why there is no ring; a program may show it to its user.
enum class RingFailure : std::uint8_t {
    absent,     ///< the system has no such call, or a container's filter hides it
    forbidden,  ///< an administrator or a container's filter forbids it
    outdated,   ///< the system has the call, but not all that is needed
    resources,  ///< out of descriptors or memory
    other,
};

/// That what was asked for with the key is over.
struct Completion {
    std::uint64_t key;
    std::int32_t outcome;  ///< a count, a descriptor or 0; or an error of the system, negated
};

/// What is asked for is queued, and given to the system by wait() at the latest; with room for nothing more it is given
/// at once. take() reports each of it but cancel() once, whatever became of it: what was cancelled has
/// `cancelled` for an outcome, if the cancel was not too late. Until then the system may use the bytes, the peer and
/// the number. For cancel() and cancel_all() it reports a key that nothing else has, or nothing.
///
/// drives<Handle> says whether sockets with such handles are its own; adopt() makes such a handle of what accept()
/// answered. native<F>(address) is the form in which connect() is given a peer; it stays in its place meanwhile.
///
/// Where is_elsewhere() holds, the process is not the one that opened it: what was in flight is not its own.
template <class M>
concept CompletionMechanism =
    std::is_nothrow_move_constructible_v<M> &&
    requires(M& mechanism, int number, std::uint64_t key, MutableBuffer buffer, ConstBuffer bytes, Deadline until,
             Error why, unsigned most, const SocketAddress<V4>& v4, const SocketAddress<V6>& v6) {
        { M::template drives<decltype(M::adopt(number))> } -> std::convertible_to<bool>;
        { M::open(most) } noexcept -> std::same_as<result<M>>;
        { M::classify(why) } noexcept -> std::same_as<RingFailure>;
        { mechanism.recv(number, buffer, key) } noexcept -> std::same_as<result<void>>;
        { mechanism.send(number, bytes, key) } noexcept -> std::same_as<result<void>>;
        { mechanism.accept(number, key) } noexcept -> std::same_as<result<void>>;
        { M::adopt(number) } noexcept;
        { mechanism.connect(number, M::template native<V4>(v4), key) } noexcept -> std::same_as<result<void>>;
        { mechanism.connect(number, M::template native<V6>(v6), key) } noexcept -> std::same_as<result<void>>;
        { mechanism.await_event(number, key) } noexcept -> std::same_as<result<void>>;
        { mechanism.cancel(key, key) } noexcept -> std::same_as<result<void>>;  // which one, and the key of its own
        { mechanism.cancel_all(key) } noexcept -> std::same_as<result<void>>;
        { mechanism.wait(until) } noexcept -> std::same_as<result<void>>;  // interrupted: success
        { mechanism.count() } noexcept -> std::same_as<std::uint32_t>;  // of what is over and was not taken
        { mechanism.take() } noexcept -> std::same_as<Completion>;      // the first of them
        { M::is_passing(why) } noexcept -> std::same_as<bool>;  // wait() may succeed when it is called again
        { mechanism.is_elsewhere() } noexcept -> std::same_as<bool>;
        { mechanism.now() } noexcept -> std::same_as<std::int64_t>;
        { M::is_cancelled(number) } noexcept -> std::same_as<bool>;  // of an outcome
    };

}  // namespace estate
