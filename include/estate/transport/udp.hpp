// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/transport/operation.hpp>
#include <estate/lifecycle/query.hpp>
#include <estate/transport/state.hpp>

namespace estate {

/// The life of a UDP socket. Connected means that the peer is fixed; a failed change of peer leaves none.
using udp_table = table<
    //   state       operation         on success    on failure
    row< Created,    op::bind,         Bound,        Created   >,
    keeps<Created,   op::set, op::get, op::handle, op::detach_hold>,

    row< Bound,      op::connect,      Connected,    Bound     >,
    keeps<Bound,     op::send_to, op::recv_from, op::set, op::get, op::handle, op::local_addr>,

    row< Connected,  op::connect,      Connected,    either<Bound, Closed>>,
    row< Connected,  op::disconnect,   Bound,        Closed    >,
    keeps<Connected, op::send, op::recv, op::set, op::get, op::handle, op::local_addr, op::remote_addr>,

    row< Created,    op::close,        Closed,       Closed    >,
    row< Bound,      op::close,        Closed,       Closed    >,
    row< Connected,  op::close,        Closed,       Closed    >,
    row< Created,    op::release,      Released,     Created   >,
    row< Bound,      op::release,      Released,     Bound     >,
    row< Connected,  op::release,      Released,     Connected >,
    keeps<Closed,    op::detach_hold>>;

}  // namespace estate
