// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/completion/done.hpp>

namespace estate {

namespace detail {
template <class Kind>
inline constexpr bool is_flight = false;
template <class Op, class S, class Buffer>
inline constexpr bool is_flight<Flight<Op, S, Buffer>> = true;

template <class Act, class Kind>
inline constexpr bool takes_done = requires(Act& act, Done<Kind>&& done) {
    { act(std::move(done)) } -> std::same_as<void>;
};

template <class Kind, class Act>
struct DoneHandler {
    using kind = Kind;
    Act act;
};
}  // namespace detail

/// What a ring shall do with the operations of Kind that are over: act(Done<Kind>).
template <class Kind, class Act>
    requires detail::is_flight<Kind>
[[nodiscard]] constexpr auto on(Act act) {
    static_assert(detail::takes_done<Act, Kind>,
                  "estate: a handler takes a Done<Kind> and answers nothing: [&](estate::Done<Kind> done) {...}");
    return detail::DoneHandler<Kind, Act>{std::move(act)};
}

}  // namespace estate
