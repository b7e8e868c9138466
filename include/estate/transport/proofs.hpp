// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/proofs.hpp>
#include <estate/transport/setting.hpp>
#include <estate/transport/state.hpp>

namespace estate {

namespace detail {

template <class Table, class Options, class States>
struct settings_fit;
template <class Table, class... Options, class... States>
struct settings_fit<Table, lifecycle::list<Options...>, lifecycle::list<States...>> {
    static constexpr bool value =
        ((lifecycle::state_position<Table, States> < lifecycle::state_names<Table>.size()) && ...) &&
        std::is_same_v<lifecycle::list<Options...>,
                       typename decltype((lifecycle::machinery::unique_types<lifecycle::list<>>{} | ... |
                                          std::type_identity<Options>{}))::type>;
};

template <class Option, class... States>
lifecycle::list<Option> option_of(setting<Option, States...>);
template <class Option, class... States>
lifecycle::list<States...> states_of(setting<Option, States...>);

template <class Settings>
struct settings_of;
template <class... Rows>
struct settings_of<lifecycle::table<Rows...>> {
    using options = decltype((lifecycle::list<>{} + ... + decltype(option_of(Rows{})){}));
    using states = decltype((lifecycle::list<>{} + ... + decltype(states_of(Rows{})){}));
};

}  // namespace detail

/// Every option stands once, and only states of Table are named.
template <class Table, class Settings>
inline constexpr bool settings_fit_the_table =
    detail::settings_fit<Table, typename detail::settings_of<Settings>::options,
                         typename detail::settings_of<Settings>::states>::value;

namespace detail {
template <class Table, class Hold, class Start, class End, class... Facts>
consteval bool prove_with(lifecycle::list<Facts...>) {
    return lifecycle::prove<lifecycle::given<Table, Hold, Facts...>, Start, End>();
}
template <class Transport>
struct facts_of {
    using type = lifecycle::list<>;
};
template <class Transport>
    requires requires { typename Transport::facts; }
struct facts_of<Transport> {
    using type = typename Transport::facts;
};
}  // namespace detail

/// Proves the lifecycle of a transport as its sockets have it, with a hold and without, and its options.
template <class Transport, class Start, class End>
consteval bool prove_transport() {
    static_assert(settings_fit_the_table<typename Transport::lifecycle, typename Transport::settings>,
                  "estate: an option stands twice, or names a state that the transport does not have; mend its row");
    using Table = typename Transport::lifecycle;
    using Facts = typename detail::facts_of<Transport>::type;
    return detail::prove_with<Table, fact::plain, Start, End>(Facts()) &&
           detail::prove_with<Table, fact::held, Start, End>(Facts());
}

}  // namespace estate
