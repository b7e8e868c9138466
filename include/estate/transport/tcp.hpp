// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/row.hpp>
#include <estate/transport/drop.hpp>
#include <estate/transport/halves.hpp>
#include <estate/transport/operation.hpp>
#include <estate/transport/setting.hpp>
#include <estate/transport/state.hpp>

// TCP, whole: what a socket can do in which state, what dropping it does, and which options have an effect there.
// Nothing else in the project knows it. Source: RFC 9293.

namespace estate {

namespace transport::tcp {

using namespace lifecycle;

struct Life;

using lines = table<
    //   state          operation              on success      on failure
    row< Created,       op::bind,              Bound,          Created                   >,
    // With a hold the address is chosen: a connect from Created would leave it unused.
    when<fact::plain,
        row<     Created, op::connect,       Connected,      Closed                    >,
        row<     Created, op::begin_connect, Connecting,     Closed                    >,
        overload<Created, op::bind,          with<fact::held, Bound>, with<fact::held, Created>>>,
    row< Created,       op::detach_hold,       with<fact::plain, Created>, never      >,
    row< Closed,        op::detach_hold,       with<fact::plain, Closed>,  never      >,

    keeps<Bound,        op::local_addr>,
    row< Bound,         op::listen,            Listening,      Closed                    >,
    row< Bound,         op::connect,           Connected,      Closed                    >,
    row< Bound,         op::begin_connect,     Connecting,     Closed                    >,

    yields<Listening,   op::accept,            Connected>,
    yields<Listening,   op::accept_from,       Connected>,
    keeps<Listening,    op::set_backlog, op::local_addr>,

    row< Connecting,    op::finish_connect,    Connected,      either<Connecting, Closed>>,

    row< Connected,     op::shutdown_send,     SendClosed,     Closed                    >,
    row< Connected,     op::shutdown_receive,  ReceiveClosed,  Closed                    >,
    row< Connected,     op::finish,            Closed,         Closed                    >,
    row< Connected,     op::finish_or_abort,   Closed,         Closed                    >,
    row< Connected,     op::abort,             Closed,         Closed                    >,
    // two objects of one: a half that receives, and it yields one that sends
    row< Connected,     op::split,             into<ReadLife<Life>, Connected>, Connected,
                                                                        into<WriteLife<Life>, Connected>>,
    keeps<Connected,    op::send, op::send_all, op::send_vectored, op::recv, op::recv_exact, op::recv_vectored,
                        op::peek, op::local_addr, op::remote_addr>,

    row< SendClosed,    op::shutdown_receive,  Closed,         Closed                    >,
    row< SendClosed,    op::finish,            Closed,         Closed                    >,
    row< SendClosed,    op::finish_or_abort,   Closed,         Closed                    >,
    row< SendClosed,    op::abort,             Closed,         Closed                    >,
    keeps<SendClosed,   op::recv, op::recv_exact, op::recv_vectored, op::peek, op::local_addr, op::remote_addr>,

    row< ReceiveClosed, op::shutdown_send,     Closed,         Closed                    >,
    row< ReceiveClosed, op::abort,             Closed,         Closed                    >,
    keeps<ReceiveClosed, op::send, op::send_all, op::send_vectored, op::local_addr, op::remote_addr>,

    row< Listening,     op::set_nonblocking,   with<fact::nonblocking, Listening>,     Listening    >,
    row< Connecting,    op::set_nonblocking,   with<fact::nonblocking, Connecting>,    Connecting   >,
    row< Connected,     op::set_nonblocking,   with<fact::nonblocking, Connected>,     Connected    >,
    row< SendClosed,    op::set_nonblocking,   with<fact::nonblocking, SendClosed>,    SendClosed   >,
    row< ReceiveClosed, op::set_nonblocking,   with<fact::nonblocking, ReceiveClosed>, ReceiveClosed>,

    everywhere<op::set, op::get, op::handle>,
    every<op::close,    Closed>,
    every<op::release,  Released, never>,
    ends<Closed, Released>,
    finds<Connected, Bound, Listening, Connecting, SendClosed, Created>,

    drops<Created,       drop::closes>,
    drops<Bound,         drop::closes>,
    drops<Listening,     drop::closes, drop::resets_waiting>,
    drops<Connecting,    drop::closes, drop::gives_up>,
    drops<Connected,     drop::closes, drop::sends_fin, drop::resets_unread>,
    drops<SendClosed,    drop::closes, drop::resets_unread>,
    drops<ReceiveClosed, drop::closes, drop::sends_fin, drop::resets_unread>,
    when<fact::held, drops<anywhere, drop::returns_address>, drops<Closed, drop::returns_address>>>;

// A listener hands most options on to what it accepts (tcp(7), socket(7)), so they have an effect there.
using settings = table<
    setting<option::reuse_address,        Created>,
    setting<option::reuse_port,           Created>,
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
    setting<option::hop_limit,            Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::traffic_class,        Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::mark,                 Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::priority,             Created, Bound, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::path_mtu,             Connected, SendClosed, ReceiveClosed>,
    setting<option::user_timeout,         Created, Bound, Listening, Connecting, Connected, SendClosed, ReceiveClosed>,
    setting<option::cork,                 Created, Bound, Listening, Connecting, Connected, ReceiveClosed>,
    setting<option::quick_ack,            Connected, SendClosed>,
    setting<option::fast_open_connect,    Created, Bound>>;

/// What a bridge from another lifecycle names: lifecycle::into<transport::tcp::Life, Connected>.
struct Life {
    using table = lines;
    using start = Created;
    using end = Closed;
    static constexpr const char* name = "TCP";
};

using read_lines =
    halves::read_lines<Life, keeps<Connected, op::recv_exact, op::recv_vectored, op::peek>, halves::returns_address>;
using write_lines =
    halves::write_lines<Life, keeps<Connected, op::send_all, op::send_vectored>, halves::returns_address>;

// Options of one direction. What acts on the end of the whole connection (option::linger) is for a whole socket.
using read_settings = table<
    setting<option::receive_buffer,       Connected>,
    setting<option::quick_ack,            Connected>,
    setting<option::keep_alive,           Connected>,
    setting<option::keep_alive_idle,      Connected>,
    setting<option::keep_alive_interval,  Connected>,
    setting<option::keep_alive_count,     Connected>>;
using write_settings = table<
    setting<option::no_delay,             Connected>,
    setting<option::cork,                 Connected>,
    setting<option::send_buffer,          Connected>,
    setting<option::user_timeout,         Connected>,
    setting<option::hop_limit,            Connected>,
    setting<option::traffic_class,        Connected>,
    setting<option::mark,                 Connected>,
    setting<option::priority,             Connected>,
    setting<option::path_mtu,             Connected>>;

}  // namespace transport::tcp

namespace transport {

template <>
struct ReadLife<tcp::Life> {
    using table = tcp::read_lines;
    using settings = tcp::read_settings;
    using start = Connected;
    using end = Closed;
    static constexpr const char* name = "ReadHalf";
};
template <>
struct WriteLife<tcp::Life> {
    using table = tcp::write_lines;
    using settings = tcp::write_settings;
    using start = Connected;
    using end = Closed;
    static constexpr const char* name = "WriteHalf";
};

}  // namespace transport

using tcp_table = transport::tcp::lines;
using tcp_settings = transport::tcp::settings;

}  // namespace estate
