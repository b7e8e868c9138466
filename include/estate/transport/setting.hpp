// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/row.hpp>
#include <estate/transport/state.hpp>

namespace estate {

/// The socket options; each is defined in socket/option/.
namespace option {
struct reuse_address;
struct reuse_port;
struct bind_to_device;
struct freebind;
struct transparent;
struct bind_address_no_port;
struct fast_open;
struct no_delay;
struct keep_alive;
struct keep_alive_idle;
struct keep_alive_interval;
struct keep_alive_count;
struct linger;
struct send_buffer;
struct receive_buffer;
struct hop_limit;
struct broadcast;
struct multicast_membership;  // what join_group and leave_group change
struct multicast_hops;
struct multicast_interface;
struct multicast_all;
struct multicast_loop;
struct user_timeout;
struct quick_ack;
struct cork;
struct fast_open_connect;
struct mark;
struct priority;
struct traffic_class;
struct dont_fragment;
struct path_mtu;
struct timestamps;
}  // namespace option

/// Option has an effect in these States; elsewhere setting it does not compile.
template <class Option, class... States>
struct setting {
    using option = Option;
    template <class State>
    static constexpr bool in = (std::is_same_v<State, States> || ...);
};

namespace detail {
template <class Settings, class State, class Option>
struct setting_lookup;
template <class... Rows, class State, class Option>
struct setting_lookup<lifecycle::table<Rows...>, State, Option> {
    static constexpr bool known = (std::is_same_v<typename Rows::option, Option> || ...);
    static constexpr bool effective =
        ((std::is_same_v<typename Rows::option, Option> && Rows::template in<State>) || ...);
};
}  // namespace detail

/// Has Option an effect in State?
template <class Settings, class State, class Option>
inline constexpr bool has_effect = detail::setting_lookup<Settings, State, Option>::effective;

/// Does the transport have Option at all?
template <class Settings, class Option>
inline constexpr bool has_setting = detail::setting_lookup<Settings, void, Option>::known;

}  // namespace estate
