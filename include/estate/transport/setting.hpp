// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/query.hpp>
#include <estate/transport/state.hpp>

namespace estate {

/// The socket options; each is defined in socket/option/.
namespace option {
struct reuse_address;
struct reuse_port;
struct v6_only;
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
struct multicast_loop;
}  // namespace option

/// Option has an effect in these States; elsewhere setting it does not compile.
template <class Option, class... States>
struct setting {
    using option = Option;
    template <class State>
    static constexpr bool in = (std::is_same_v<State, States> || ...);
};

// A listener hands most options on to what it accepts (tcp(7), socket(7)), so they have an effect there.
using tcp_settings = table<
    setting<option::reuse_address,        Created>,
    setting<option::reuse_port,           Created>,
    setting<option::v6_only,              Created>,
    setting<option::freebind,             Created>,
    setting<option::transparent,          Created>,
    setting<option::bind_address_no_port, Created>,
    setting<option::bind_to_device,       Created, Bound>,
    setting<option::fast_open,            Created, Bound, Listening>,
    setting<option::no_delay,             Created, Bound, Listening, Connecting, Connected, ReceiveClosed>,
    setting<option::keep_alive,           Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::keep_alive_idle,      Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::keep_alive_interval,  Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::keep_alive_count,     Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::linger,               Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::send_buffer,          Created, Bound, Listening, Connecting, Connected, ReceiveClosed>,
    setting<option::receive_buffer,       Created, Bound, Listening, Connecting, Connected, SendClosed>,
    setting<option::hop_limit,            Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>>;

// No v6_only: a V6 socket could hear IPv4 and not answer it, since a v4-mapped peer is refused.
using udp_settings = table<
    setting<option::reuse_address,        Created>,
    setting<option::reuse_port,           Created>,
    setting<option::freebind,             Created>,
    setting<option::transparent,          Created>,
    setting<option::bind_to_device,       Created, Bound, Connected>,
    setting<option::send_buffer,          Created, Bound, Connected>,
    setting<option::receive_buffer,       Created, Bound, Connected>,
    setting<option::hop_limit,            Created, Bound, Connected>,
    setting<option::broadcast,            Created, Bound, Connected>,
    setting<option::multicast_membership, Bound, Connected>,
    setting<option::multicast_hops,       Created, Bound, Connected>,
    setting<option::multicast_loop,       Created, Bound, Connected>>;

namespace detail {
template <class Settings, class State, class Option>
struct setting_lookup;
template <class... Rows, class State, class Option>
struct setting_lookup<boost::hana::tuple<Rows...>, State, Option> {
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
