// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/backend/poll_mechanism.hpp>
#include <estate/socket/nonblocking.hpp>

namespace estate {

namespace detail {
/// In one word, so that a compiler says in one line that it does not hold.
template <class S, class Interest>
inline constexpr bool is_watchable = false;
template <class State, class T, class H, class Interest>
inline constexpr bool is_watchable<Socket<State, NonBlocking<T>, H>, Interest> =
    has_effect<typename NonBlocking<T>::watches, State, Interest>;
}  // namespace detail

/// A socket of the class S can be watched for Interest: it never waits, and its table says that the interest has a
/// meaning in its state (transport/nonblocking.hpp).
template <class S, class Interest>
concept Watchable = detail::is_watchable<S, Interest>;

/// A kind of watched sockets: their class, what they are watched for, and how many calls one may make in a turn before
/// the others get theirs.
///
///     using Talk = estate::On<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<estate::V4>>>,
///                             estate::interest::duplex>;
template <class S, class Interest, unsigned Quantum = 16>
    requires detail::is_watchable<S, Interest>
struct On {
    using socket = S;
    using interest = Interest;
    static constexpr unsigned quantum = Quantum;
};

namespace detail {

/// The directions that an interest watches.
template <class Interest>
inline constexpr Directions directions_of = Directions::in;
template <>  // by level: a server may take one connection a turn
inline constexpr Directions directions_of<interest::acceptable> = Directions::in | Directions::level;
template <>
inline constexpr Directions directions_of<interest::writable> = Directions::out;
template <>
inline constexpr Directions directions_of<interest::answered> = Directions::out;
template <>
inline constexpr Directions directions_of<interest::duplex> = Directions::both;

/// From the beginning: a socket that is watched for both is asked for sending when that would block.
template <class Interest>
inline constexpr Directions first_directions_of =
    covers(directions_of<Interest>, Directions::both) ? Directions::in : directions_of<Interest>;

/// A receive that did not fill its buffer has taken all that was there, as long as nothing but bytes came. Of a
/// datagram, a record or a stream with control messages it proves nothing.
template <class T>
inline constexpr bool short_receive_takes_all = false;
template <class T>
inline constexpr bool short_receive_takes_all<NonBlocking<T>> = short_receive_takes_all<T>;
template <Family F, class B>
inline constexpr bool short_receive_takes_all<Tcp<F, B>> = true;

/// Which watched socket an event is about: the number of its handle, a bit for the mechanism (key_mark), a generation
/// and the kind.
struct Key {
    static constexpr std::uint32_t generations = 1U << 24U;

    static constexpr std::uint64_t of(std::uint32_t index, std::uint32_t stamp) noexcept {
        return std::uint64_t{index} << 33U | stamp;
    }
    static constexpr std::uint32_t index(std::uint64_t key) noexcept { return static_cast<std::uint32_t>(key >> 33U); }
    /// Generation and kind: no two watched sockets of a poller have the same, until the generation has gone round.
    static constexpr std::uint32_t stamp(std::uint64_t key) noexcept { return static_cast<std::uint32_t>(key); }
    static constexpr std::uint32_t kind(std::uint64_t key) noexcept { return stamp(key) & 0xffU; }
};

}  // namespace detail

}  // namespace estate
