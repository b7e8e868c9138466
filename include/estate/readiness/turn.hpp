// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <estate/error/result.hpp>
#include <estate/readiness/wheel.hpp>
#include <type_traits>
#include <utility>

namespace estate {

/// What a turn of a poller or of a ring brought.
struct Turn {
    std::size_t events = 0;  ///< sockets that were reported; operations that are over
    bool woken = false;      ///< a waker is raised; its owner lowers it
};

namespace detail {
template <class Act>
struct TimeoutHandler {
    using kind = void;
    Wheel& wheel;
    Act act;
};

template <class Handler>
ESTATE_INLINE inline void bound_by_timers(Deadline& until, Handler& handler) noexcept {
    if constexpr (requires { handler.wheel; }) until = earlier_of(until, handler.wheel.next());
}
template <class Clock, class Handler>
ESTATE_INLINE inline void expire_timers(const Clock& clock, Handler& handler) {
    if constexpr (requires { handler.wheel; }) handler.wheel.expire(clock.now(), handler.act);
}

/// The number of a kind among all; their count where it is none of them.
template <class Kind, class... Kinds>
[[nodiscard]] constexpr std::uint32_t number_of_kind() noexcept {
    std::uint32_t number = 0;
    (void)((std::is_same_v<Kind, Kinds> || (++number, false)) || ...);
    return number;
}

/// Turns as long as more() says so.
template <class More, class Turning, class... Handlers>
ESTATE_INLINE inline result<void> take_turns(More& more, Turning& turning, Handlers&... handlers) {
    while (more()) {
        const auto turned = turning.turn(Deadline::never(), handlers...);
        if (!turned) [[unlikely]]
            return turned.assume_error();
    }
    return success();
}
}  // namespace detail

/// What a poller or a ring shall do with the timers of the wheel that expire: act(Timer&). Waits end in time for the
/// first.
template <std::invocable<Timer&> Act>
[[nodiscard]] constexpr auto on_timeout(Wheel& wheel, Act act) {
    return detail::TimeoutHandler<Act>{wheel, std::move(act)};
}

/// There is one handler for Kind among them.
template <class Kind, class... Handlers>
inline constexpr bool is_handled_by = (std::is_same_v<Kind, typename std::remove_cvref_t<Handlers>::kind> + ...) == 1;

}  // namespace estate
