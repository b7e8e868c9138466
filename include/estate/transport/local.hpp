// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/lifecycle/row.hpp>
#include <estate/transport/drop.hpp>
#include <estate/transport/halves.hpp>
#include <estate/transport/operation.hpp>
#include <estate/transport/setting.hpp>
#include <estate/transport/state.hpp>

// Unix-domain sockets, whole, as tcp.hpp has it for TCP. A connect is done or refused at once, or waits for room in the
// backlog, so nothing is ever Connecting; there is no reset to ask for. Source: POSIX.1-2024 <sys/un.h>, unix(7).
// (Not unix.hpp: `unix` is a macro in GNU modes.)

namespace estate {

namespace transport::local {

using namespace lifecycle;

struct Life;
struct SeqpacketLife;

/// Streams and sequenced packets, which preserve the boundaries of messages; More is what only one of them has. Whole
/// is the lifecycle that halves come back to.
template <class Whole, class... More>
using connections = table<
    //   state          operation              on success      on failure
    row< Created,       op::bind,              Bound,          Created                   >,
    row< Created,       op::connect,           Connected,      Closed                    >,
    keeps<Created,      op::set>,

    keeps<Bound,        op::local_addr, op::set>,
    row< Bound,         op::listen,            Listening,      Closed                    >,
    row< Bound,         op::connect,           Connected,      Closed                    >,

    yields<Listening,   op::accept,            Connected>,
    yields<Listening,   op::accept_from,       Connected>,
    keeps<Listening,    op::set_backlog, op::local_addr>,

    row< Connected,     op::shutdown_send,     SendClosed,     Closed                    >,
    row< Connected,     op::shutdown_receive,  ReceiveClosed,  Closed                    >,
    row< Connected,     op::finish,            Closed,         Closed                    >,
    row< Connected,     op::finish_or_abort,   Closed,         Closed                    >,
    row< Connected,     op::split,             into<ReadLife<Whole>, Connected>, Connected,
                                                                       into<WriteLife<Whole>, Connected>>,
    keeps<Connected,    op::send, op::recv, op::send_socket, op::recv_socket,
                        op::local_addr, op::remote_addr, op::peer_credentials, op::set>,

    row< SendClosed,    op::shutdown_receive,  Closed,         Closed                    >,
    row< SendClosed,    op::finish,            Closed,         Closed                    >,
    row< SendClosed,    op::finish_or_abort,   Closed,         Closed                    >,
    keeps<SendClosed,   op::recv, op::recv_socket, op::local_addr, op::remote_addr, op::peer_credentials>,

    row< ReceiveClosed, op::shutdown_send,     Closed,         Closed                    >,
    keeps<ReceiveClosed, op::send, op::send_socket, op::local_addr, op::remote_addr, op::peer_credentials, op::set>,

    row< Listening,     op::set_nonblocking,   with<fact::nonblocking, Listening>,     Listening    >,
    row< Connected,     op::set_nonblocking,   with<fact::nonblocking, Connected>,     Connected    >,
    row< SendClosed,    op::set_nonblocking,   with<fact::nonblocking, SendClosed>,    SendClosed   >,
    row< ReceiveClosed, op::set_nonblocking,   with<fact::nonblocking, ReceiveClosed>, ReceiveClosed>,

    everywhere<op::get, op::handle>,
    every<op::close,    Closed>,
    every<op::release,  Released, never>,
    ends<Closed, Released>,
    drops<Created,       drop::closes>,
    drops<Bound,         drop::closes, drop::removes_file>,
    drops<Listening,     drop::closes, drop::removes_file, drop::resets_waiting>,
    drops<Connected,     drop::closes, drop::removes_file, drop::resets_unread>,
    drops<SendClosed,    drop::closes, drop::removes_file, drop::resets_unread>,
    drops<ReceiveClosed, drop::closes, drop::removes_file>,
    More...>;

using stream_lines = connections<Life,
    keeps<Connected,     op::send_all, op::send_vectored, op::recv_exact, op::recv_vectored>,
    keeps<SendClosed,    op::recv_exact, op::recv_vectored>,
    keeps<ReceiveClosed, op::send_all, op::send_vectored>,
    finds<Connected, Bound, Listening, SendClosed, Created>>;

/// The kernel does not report whether one can still send.
using seqpacket_lines = connections<SeqpacketLife, finds<Connected, Bound, Listening, Created>>;

/// A socket without a name can send: nobody can answer it. Connected means that the peer is fixed; it stays the same.
using datagram_lines = table<
    //   state       operation            on success    on failure
    row< Created,    op::bind,            Bound,        Created               >,
    row< Created,    op::connect,         Connected,    Created               >,
    keeps<Created,   op::send_to, op::set>,

    row< Bound,      op::connect,         Connected,    Bound                 >,
    keeps<Bound,     op::send_to, op::recv_from, op::recv_socket, op::local_addr, op::set>,

    keeps<Connected, op::send, op::recv, op::send_socket, op::recv_socket, op::local_addr, op::remote_addr, op::set>,

    row< Bound,      op::set_nonblocking, with<fact::nonblocking, Bound>,     Bound     >,
    row< Connected,  op::set_nonblocking, with<fact::nonblocking, Connected>, Connected >,

    everywhere<op::get, op::handle>,
    every<op::close,   Closed>,
    every<op::release, Released, never>,
    ends<Closed, Released>,
    finds<Connected, Bound, Created>,

    drops<Created,   drop::closes>,
    drops<Bound,     drop::closes, drop::removes_file, drop::loses_queued>,
    drops<Connected, drop::closes, drop::removes_file, drop::loses_queued>>;

// What one side sends waits in its own send buffer until the other has read it; the receive buffer has no effect.
using connection_settings = table<
    setting<option::send_buffer,          Created, Bound, Connected, ReceiveClosed>>;
using datagram_settings = table<
    setting<option::send_buffer,          Created, Bound, Connected>>;

/// What a bridge from another lifecycle names: lifecycle::into<transport::local::Life, Connected>.
struct Life {
    using table = stream_lines;
    using start = Created;
    using end = Closed;
    static constexpr const char* name = "UnixStream";
};
struct SeqpacketLife {
    using table = seqpacket_lines;
    using start = Created;
    using end = Closed;
    static constexpr const char* name = "UnixSeqpacket";
};

/// A half has what both kinds of connections have, and More. The half that receives keeps the file of a bound path.
template <class Whole, class... More>
using read_lines = halves::read_lines<Whole, keeps<Connected, op::recv_socket>, everywhere<op::peer_credentials>,
                                      drops<anywhere, drop::removes_file>, More...>;
template <class Whole, class... More>
using write_lines = halves::write_lines<Whole, keeps<Connected, op::send_socket>, everywhere<op::peer_credentials>,
                                        More...>;

struct ReadHalfLife {
    using settings = lifecycle::table<>;
    using start = Connected;
    using end = Closed;
    static constexpr const char* name = "UnixReadHalf";
};
struct WriteHalfLife {
    using settings = lifecycle::table<setting<option::send_buffer, Connected>>;
    using start = Connected;
    using end = Closed;
    static constexpr const char* name = "UnixWriteHalf";
};

}  // namespace transport::local

namespace transport {

template <>
struct ReadLife<local::Life> : local::ReadHalfLife {
    using table =
        local::read_lines<local::Life, lifecycle::keeps<Connected, op::recv_exact, op::recv_vectored>>;
};
template <>
struct WriteLife<local::Life> : local::WriteHalfLife {
    using table =
        local::write_lines<local::Life, lifecycle::keeps<Connected, op::send_all, op::send_vectored>>;
};
template <>
struct ReadLife<local::SeqpacketLife> : local::ReadHalfLife {
    using table = local::read_lines<local::SeqpacketLife>;
};
template <>
struct WriteLife<local::SeqpacketLife> : local::WriteHalfLife {
    using table = local::write_lines<local::SeqpacketLife>;
};

}  // namespace transport

}  // namespace estate
