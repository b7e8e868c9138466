// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/row.hpp>
#include <estate/transport/drop.hpp>
#include <estate/transport/operation.hpp>
#include <estate/transport/setting.hpp>
#include <estate/transport/state.hpp>

// The halves of a connection: one receives, one sends, and each is an object of its own that another thread can have.
// split of a connected socket leads into these two lifecycles, join out of them; what a half has shut stays shut. There
// is no release: a descriptor of a half is one of the whole connection, and adopt() would find it so.

namespace estate::transport {

/// What a bridge to the halves of the lifecycle Whole names: lifecycle::into<ReadLife<tcp::Life>, Connected>.
template <class Whole>
struct ReadLife;
template <class Whole>
struct WriteLife;

namespace halves {

using namespace lifecycle;

template <class Whole, class... More>
using read_lines = table<
    //   state          operation              on success                      on failure
    row< Connected,     op::shutdown_receive,  ReceiveClosed,                  Closed       >,
    row< Connected,     op::join,              into<Whole, Connected>,         Connected    >,
    keeps<Connected,    op::recv, op::local_addr, op::remote_addr>,

    row< ReceiveClosed, op::join,              into<Whole, ReceiveClosed>,     ReceiveClosed>,
    keeps<ReceiveClosed, op::local_addr, op::remote_addr>,

    everywhere<op::set, op::get, op::handle>,
    every<op::close,    Closed>,
    ends<Closed>,
    drops<Connected,     drop::closes, drop::leaves_other_half>,
    drops<ReceiveClosed, drop::closes, drop::leaves_other_half>,
    More...>;

template <class Whole, class... More>
using write_lines = table<
    //   state          operation              on success                      on failure
    row< Connected,     op::shutdown_send,     SendClosed,                     Closed       >,
    row< Connected,     op::join,              into<Whole, Connected>,         Connected    >,
    keeps<Connected,    op::send, op::local_addr, op::remote_addr>,

    row< SendClosed,    op::join,              into<Whole, SendClosed>,        SendClosed   >,
    keeps<SendClosed,   op::local_addr, op::remote_addr>,

    everywhere<op::set, op::get, op::handle>,
    every<op::close,    Closed>,
    ends<Closed>,
    drops<Connected,     drop::shuts_sending, drop::closes, drop::leaves_other_half>,
    drops<SendClosed,    drop::closes, drop::leaves_other_half>,
    More...>;

using returns_address = when<fact::held, drops<anywhere, drop::returns_address>, drops<Closed, drop::returns_address>>;

}  // namespace halves

}  // namespace estate::transport
