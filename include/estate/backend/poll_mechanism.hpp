// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstdint>
#include <estate/base/attributes.hpp>
#include <estate/base/deadline.hpp>
#include <estate/error/result.hpp>

// How pollers (readiness/poller.hpp) ask a system which sockets may be tried. A mechanism stands in its backend.

namespace estate {

/// Directions of a socket, as a set; with `level` each wait reports it as long as one is possible.
enum class Directions : std::uint8_t { none = 0, in = 1, out = 2, both = 3, level = 4 };
[[nodiscard]] constexpr Directions operator|(Directions a, Directions b) noexcept {
    return static_cast<Directions>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
[[nodiscard]] constexpr bool covers(Directions all, Directions some) noexcept {
    return (static_cast<unsigned>(all) & static_cast<unsigned>(some)) == static_cast<unsigned>(some);
}

/// What a wait reports of a watched socket: its key, and whether nothing but bytes is to be expected.
struct PollEvent {
    std::uint64_t key;
    bool is_plain;  ///< neither an end, a hang-up, an error nor urgent data
};

/// How many sockets a poller may ask again in a turn; a mechanism has room for as many events beside its own.
inline constexpr std::size_t most_asked_again = 128;

/// A bit of a key that is the mechanism's own: 0 in what add() and ask() are given, and without a meaning to a poller.
inline constexpr std::uint64_t key_mark = std::uint64_t{1} << 32U;

/// A key has the number of the handle in its upper 31 bits. After add() and ask() the socket is reported as soon as one
/// of the directions is possible; after it was reported, it need not be again before ask() or before one becomes
/// possible anew; is_by_level says that it is, in each wait. sleep() says what the handler found impossible. forget()
/// of a closed socket is no error. Of a number that is watched by another key nothing is asked; sleep() of input alone
/// and forget() stand that.
template <class M>
concept PollMechanism =
    std::is_nothrow_move_constructible_v<M> &&
    requires(M& mechanism, int number, std::uint64_t key, Directions directions, Deadline until, std::size_t index,
             typename M::context context) {
        { M::is_by_level } -> std::convertible_to<bool>;
        { M::open(context) } noexcept -> std::same_as<result<M>>;
        { mechanism.add(number, key, directions) } noexcept -> std::same_as<result<void>>;
        { mechanism.ask(number, key, directions) } noexcept -> std::same_as<result<void>>;
        { mechanism.sleep(number, key, directions) } noexcept -> std::same_as<result<void>>;
        { mechanism.remove(number, key) } noexcept;
        { mechanism.forget(number, key) } noexcept;
        { mechanism.wait(until) } noexcept -> std::same_as<result<std::size_t>>;  // events; 0 when interrupted
        { M::read(*mechanism.events()) } noexcept -> std::same_as<PollEvent>;  // the first of them
        { mechanism.put_event(index, key) } noexcept;  // which is not plain
        { mechanism.now() } noexcept -> std::same_as<std::int64_t>;
    };

/// Another thread or a signal handler can end its wait.
template <class M>
concept WakeableMechanism = PollMechanism<M> && requires(M& mechanism, int number, std::uint64_t key) {
    { mechanism.add_waker(number, key) } noexcept -> std::same_as<result<void>>;
};

/// What a watched socket has beside its handle. Where the handles of a backend have a number it is nothing; else it is
/// Backend::watch_link, which the mechanism's enter(link, handle) gives a number before add(). It is dropped before the
/// handle, and then nothing of the socket is watched any more. Such a mechanism reports nothing of a socket that sleeps
/// for Directions::none.
struct NoWatchLink {
    static void let_go() noexcept {}
};
template <class Backend>
struct watch_link_of {
    using type = NoWatchLink;
};
template <class Backend>
    requires requires { typename Backend::watch_link; }
struct watch_link_of<Backend> {
    using type = typename Backend::watch_link;
};

/// sleep() of a mechanism that reports changes and keeps nothing of a socket. Input is watched from add() on, but not
/// of one that sleeps for output alone: each ask() would report what it has left unread. The mark says so.
template <class M>
ESTATE_INLINE inline result<void> sleep_until_changed(M& mechanism, int number, std::uint64_t key,
                                                      Directions directions) noexcept {
    if (directions == Directions::in && (key & key_mark) == 0) [[likely]]
        return success();
    const bool leaves_input = directions == Directions::out;
    return mechanism.ask(number, leaves_input ? key | key_mark : key & ~key_mark, directions);
}

}  // namespace estate
