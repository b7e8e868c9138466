// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/row.hpp>
#include <estate/transport/drop.hpp>
#include <estate/transport/operation.hpp>
#include <estate/transport/setting.hpp>
#include <estate/transport/state.hpp>

// UDP, whole, as tcp.hpp has it for TCP. Connected means that the peer is fixed; a failed change of peer leaves none.
// Source: RFC 768.

namespace estate {

namespace transport::udp {

using namespace lifecycle;

using lines = table<
    //   state       operation            on success    on failure
    row< Created,    op::bind,            Bound,        Created               >,
    when<fact::plain,
        overload<Created, op::bind,       with<fact::held, Bound>, with<fact::held, Created>>>,
    row< Created,    op::detach_hold,     with<fact::plain, Created>, never  >,
    row< Closed,     op::detach_hold,     with<fact::plain, Closed>,  never  >,

    // With segments a receive may give several datagrams, which the calls for one would take for one.
    when<fact::whole,
        row<Created, op::with_segments,   with<fact::segments, Created>, Created >,
        row<Bound,   op::with_segments,   with<fact::segments, Bound>,   Bound   >,
        keeps<Bound,     op::recv_from, op::recv_batch, op::peek>,
        keeps<Connected, op::recv, op::recv_batch, op::peek>>,
    when<fact::bare,
        row<Created, op::with_packet_info, with<fact::packet_info, Created>, Created>,
        row<Bound,   op::with_packet_info, with<fact::packet_info, Bound>,   Bound  >>,
    when<fact::segments,
        keeps<Bound,     op::send_segments, op::recv_segments>,
        keeps<Connected, op::send_segments, op::recv_segments>>,

    row< Bound,      op::connect,         Connected,    Bound                 >,
    keeps<Bound,     op::send_to, op::send_batch, op::local_addr>,

    row< Connected,  op::connect,         Connected,    either<Bound, Closed> >,
    row< Connected,  op::disconnect,      Bound,        Closed                >,
    keeps<Connected, op::send, op::send_batch, op::local_addr, op::remote_addr>,

    when<fact::whole, when<fact::bare,
        row<Bound,     op::set_nonblocking, with<fact::nonblocking, Bound>,     Bound     >,
        row<Connected, op::set_nonblocking, with<fact::nonblocking, Connected>, Connected >>>,

    everywhere<op::set, op::get, op::handle>,
    every<op::close,   Closed>,
    every<op::release, Released, never>,
    ends<Closed, Released>,
    finds<Connected, Bound, Created>,

    drops<Created,   drop::closes>,
    drops<Bound,     drop::closes, drop::loses_queued>,
    drops<Connected, drop::closes, drop::loses_queued>,
    when<fact::held, drops<anywhere, drop::returns_address>, drops<Closed, drop::returns_address>>>;

using settings = table<
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
    setting<option::multicast_loop,       Created, Bound, Connected>,
    setting<option::multicast_interface,  Created, Bound, Connected>,
    setting<option::multicast_all,        Created, Bound, Connected>,
    setting<option::traffic_class,        Created, Bound, Connected>,
    setting<option::mark,                 Created, Bound, Connected>,
    setting<option::priority,             Created, Bound, Connected>,
    setting<option::dont_fragment,        Created, Bound, Connected>,
    setting<option::path_mtu,             Connected>,
    setting<option::timestamps,           Created, Bound, Connected>>;

/// What a bridge from another lifecycle names: lifecycle::into<transport::udp::Life, Connected>.
struct Life {
    using table = lines;
    using start = Created;
    using end = Closed;
    static constexpr const char* name = "UDP";
};

}  // namespace transport::udp

using udp_table = transport::udp::lines;
using udp_settings = transport::udp::settings;

}  // namespace estate
