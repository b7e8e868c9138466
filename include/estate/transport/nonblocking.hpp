// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/row.hpp>
#include <estate/transport/operation.hpp>
#include <estate/transport/setting.hpp>
#include <estate/transport/state.hpp>

// Sockets that never wait, of any transport: what they can do in which state, and what can be watched there. An
// operation that waits has no line here, and so it is no member. Dropping one does what it does to one that waits.

namespace estate {

/// What a poller can watch a socket for.
namespace interest {
/// Something came, or the end did.
struct readable;
/// There is room to send again.
struct writable;
/// Both: a handler that must not read on may wait until it can send.
struct duplex;
/// A connection is queued.
struct acceptable;
/// The connect was answered.
struct answered;
}  // namespace interest

namespace transport::nonblocking {

using namespace lifecycle;

/// What is common to streams and sequenced packets; More is what only some transports have.
template <class... More>
using connections = table<
    //   state          operation              on success      on failure
    yields<Listening,   op::accept,            Connected>,
    yields<Listening,   op::accept_from,       Connected>,
    keeps<Listening,    op::set_backlog, op::local_addr>,

    row< Connected,     op::shutdown_send,     SendClosed,     Closed>,
    row< Connected,     op::shutdown_receive,  ReceiveClosed,  Closed>,
    keeps<Connected,    op::send, op::recv, op::local_addr, op::remote_addr>,

    row< SendClosed,    op::shutdown_receive,  Closed,         Closed>,
    keeps<SendClosed,   op::recv, op::local_addr, op::remote_addr>,

    row< ReceiveClosed, op::shutdown_send,     Closed,         Closed>,
    keeps<ReceiveClosed, op::send, op::local_addr, op::remote_addr>,

    row< Listening,     op::set_blocking,      with<fact::blocking, Listening>,     Listening    >,
    row< Connected,     op::set_blocking,      with<fact::blocking, Connected>,     Connected    >,
    row< SendClosed,    op::set_blocking,      with<fact::blocking, SendClosed>,    SendClosed   >,
    row< ReceiveClosed, op::set_blocking,      with<fact::blocking, ReceiveClosed>, ReceiveClosed>,

    everywhere<op::get, op::handle>,
    every<op::close,    Closed>,
    every<op::release,  Released, never>,
    ends<Closed, Released>,
    More...>;

using stream_lines = connections<
    row< Connecting,    op::finish_connect,    either<Connected, Connecting>, Closed>,
    row< Connecting,    op::set_blocking,      with<fact::blocking, Connecting>, Connecting>,
    row< Connected,     op::abort,             Closed,         Closed>,
    row< SendClosed,    op::abort,             Closed,         Closed>,
    row< ReceiveClosed, op::abort,             Closed,         Closed>,
    keeps<Connected,    op::send_vectored, op::recv_vectored>,
    keeps<SendClosed,   op::recv_vectored>,
    keeps<ReceiveClosed, op::send_vectored>,
    everywhere<op::set>,
    row< Closed,        op::detach_hold,       with<fact::plain, Closed>, never>>;

// Of Unix-domain sockets: nothing is ever Connecting, there is no reset, and nobody leases a path.
template <class... More>
using local_connections = connections<
    keeps<Connected,    op::set>,
    keeps<ReceiveClosed, op::set>,
    More...>;
using local_stream_lines = local_connections<
    keeps<Connected,    op::send_vectored, op::recv_vectored>,
    keeps<SendClosed,   op::recv_vectored>,
    keeps<ReceiveClosed, op::send_vectored>>;
using local_seqpacket_lines = local_connections<>;

template <class... More>
using datagrams = table<
    keeps<Bound,     op::send_to, op::recv_from, op::local_addr>,
    keeps<Connected, op::send, op::recv, op::local_addr, op::remote_addr>,

    row< Bound,      op::set_blocking,     with<fact::blocking, Bound>,     Bound    >,
    row< Connected,  op::set_blocking,     with<fact::blocking, Connected>, Connected>,

    everywhere<op::set, op::get, op::handle>,
    every<op::close,    Closed>,
    every<op::release,  Released, never>,
    ends<Closed, Released>,
    More...>;

using datagram_lines = datagrams<
    row< Closed,     op::detach_hold,      with<fact::plain, Closed>, never>>;
using local_datagram_lines = datagrams<>;

// What can be watched, written as options are. A socket that is only created or bound is not to be watched: Linux
// reports a hang-up of it at once and again for ever.
using stream_watches = table<
    setting<interest::acceptable, Listening>,
    setting<interest::answered,   Connecting>,
    setting<interest::readable,   Connected, SendClosed>,
    setting<interest::writable,   Connected, ReceiveClosed>,
    setting<interest::duplex,     Connected>>;

using local_watches = table<
    setting<interest::acceptable, Listening>,
    setting<interest::readable,   Connected, SendClosed>,
    setting<interest::writable,   Connected, ReceiveClosed>,
    setting<interest::duplex,     Connected>>;

using datagram_watches = table<
    setting<interest::readable,   Bound, Connected>,
    setting<interest::writable,   Bound, Connected>,
    setting<interest::duplex,     Bound, Connected>>;

}  // namespace transport::nonblocking

}  // namespace estate
