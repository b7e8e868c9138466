// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <estate/readiness/wheel.hpp>
#include <type_traits>
#include <utility>

namespace estate {

/// What a turn of a poller or of a ring brought.
struct Turn {
    std::size_t events = 0;  ///< sockets that were told of; operations that are over
    bool woken = false;      ///< the waker is raised; its owner lowers it
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
