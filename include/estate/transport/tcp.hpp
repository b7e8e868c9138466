// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/transport/operation.hpp>
#include <estate/lifecycle/query.hpp>
#include <estate/transport/state.hpp>

namespace estate {

/// The life of a TCP socket. Nothing else in the project knows which operation is legal where.
using tcp_table = table<
    //   state          operation              on success      on failure
    row< Created,       op::bind,              Bound,          Created                   >,
    row< Created,       op::connect,           Connected,      Closed                    >,
    row< Created,       op::begin_connect,     Connecting,     Closed                    >,
    keeps<Created,      op::set, op::get, op::handle, op::detach_hold>,

    row< Bound,         op::listen,            Listening,      Closed                    >,
    row< Bound,         op::connect,           Connected,      Closed                    >,
    row< Bound,         op::begin_connect,     Connecting,     Closed                    >,
    keeps<Bound,        op::set, op::get, op::handle, op::local_addr>,

    yields<Listening,   op::accept,            Connected>,
    keeps<Listening,    op::set_backlog, op::set, op::get, op::handle, op::local_addr>,

    row< Connecting,    op::finish_connect,    Connected,      either<Connecting, Closed>>,
    keeps<Connecting,   op::set, op::get, op::handle>,

    row< Connected,     op::shutdown_send,     SendClosed,     Closed                    >,
    row< Connected,     op::shutdown_receive,  ReceiveClosed,  Closed                    >,
    row< Connected,     op::finish,            Closed,         Closed                    >,
    row< Connected,     op::abort,             Closed,         Closed                    >,
    keeps<Connected,    op::send, op::send_all, op::send_vectored, op::recv, op::recv_exact, op::recv_vectored,
                        op::set, op::get, op::handle, op::local_addr, op::remote_addr>,

    row< SendClosed,    op::shutdown_receive,  Closed,         Closed                    >,
    row< SendClosed,    op::finish,            Closed,         Closed                    >,
    row< SendClosed,    op::abort,             Closed,         Closed                    >,
    keeps<SendClosed,   op::recv, op::recv_exact, op::recv_vectored,
                        op::set, op::get, op::handle, op::local_addr, op::remote_addr>,

    row< ReceiveClosed, op::shutdown_send,     Closed,         Closed                    >,
    row< ReceiveClosed, op::abort,             Closed,         Closed                    >,
    keeps<ReceiveClosed, op::send, op::send_all, op::send_vectored,
                        op::set, op::get, op::handle, op::local_addr, op::remote_addr>,

    row< Created,       op::close,             Closed,         Closed                    >,
    row< Bound,         op::close,             Closed,         Closed                    >,
    row< Listening,     op::close,             Closed,         Closed                    >,
    row< Connecting,    op::close,             Closed,         Closed                    >,
    row< Connected,     op::close,             Closed,         Closed                    >,
    row< SendClosed,    op::close,             Closed,         Closed                    >,
    row< ReceiveClosed, op::close,             Closed,         Closed                    >,
    row< Created,       op::release,           Released,       Created                   >,
    row< Bound,         op::release,           Released,       Bound                     >,
    row< Listening,     op::release,           Released,       Listening                 >,
    row< Connecting,    op::release,           Released,       Connecting                >,
    row< Connected,     op::release,           Released,       Connected                 >,
    row< SendClosed,    op::release,           Released,       SendClosed                >,
    row< ReceiveClosed, op::release,           Released,       ReceiveClosed             >,
    keeps<Closed,       op::detach_hold>>;

}  // namespace estate
