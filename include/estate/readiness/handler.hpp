// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <estate/readiness/ready.hpp>
#include <estate/readiness/turn.hpp>

namespace estate {

/// Answers an index with the program's watched socket of the Kind, or nullptr.
template <class F, class Kind>
concept Finds = requires(F& find, std::uint32_t index) {
    { find(index) } -> std::same_as<Watched<Kind>*>;
};
/// F turns a Ready of the Kind into what the socket does next.
template <class F, class Kind>
inline constexpr bool handles = std::is_same_v<std::invoke_result_t<F&, Ready<Kind>&&>, Next<Kind>>;

namespace detail {
template <class Kind, class Find, class Act>
struct Handler {
    using kind = Kind;
    Find find;
    Act act;
};
template <class Kind>
struct FindsOne {
    Watched<Kind>* watched;
    Watched<Kind>* operator()(std::uint32_t) const noexcept { return watched; }
};
}  // namespace detail

/// What a poller shall do with the sockets of Kind. find(index) looks one up, as in an array by Watched::index(); the
/// poller sees whether it is still the one that the event is about.
template <class Kind, Finds<Kind> Find, class Act>
[[nodiscard]] constexpr auto on(Find find, Act act) {
    static_assert(handles<Act, Kind>,
                  "estate: a handler takes a Ready<Kind> and answers a Next<Kind>: return std::move(ready).next()");
    return detail::Handler<Kind, Find, Act>{std::move(find), std::move(act)};
}
/// The same for a kind of which there is one socket.
template <class Kind, class Act>
[[nodiscard]] constexpr auto on(Watched<Kind>& one, Act act) {
    static_assert(handles<Act, Kind>,
                  "estate: a handler takes a Ready<Kind> and answers a Next<Kind>: return std::move(ready).next()");
    return detail::Handler<Kind, detail::FindsOne<Kind>, Act>{{&one}, std::move(act)};
}

}  // namespace estate
