// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace estate {

/// The names of what can be done to a socket. What each does is written where its member is:
/// socket/operation/NAME.hpp.
namespace op {

#define ESTATE_OPERATION(id)                     \
    struct id {                                  \
        static constexpr const char* name = #id; \
    }

ESTATE_OPERATION(bind);
ESTATE_OPERATION(listen);
ESTATE_OPERATION(accept);
ESTATE_OPERATION(accept_from);
ESTATE_OPERATION(set_backlog);
ESTATE_OPERATION(connect);
ESTATE_OPERATION(begin_connect);
ESTATE_OPERATION(finish_connect);
ESTATE_OPERATION(disconnect);
ESTATE_OPERATION(send);
ESTATE_OPERATION(send_all);
ESTATE_OPERATION(send_vectored);
ESTATE_OPERATION(send_to);
ESTATE_OPERATION(send_batch);
ESTATE_OPERATION(send_segments);
ESTATE_OPERATION(recv);
ESTATE_OPERATION(recv_exact);
ESTATE_OPERATION(recv_vectored);
ESTATE_OPERATION(peek);
ESTATE_OPERATION(recv_from);
ESTATE_OPERATION(recv_batch);
ESTATE_OPERATION(recv_segments);
ESTATE_OPERATION(shutdown_send);
ESTATE_OPERATION(shutdown_receive);
ESTATE_OPERATION(finish);
ESTATE_OPERATION(finish_or_abort);
ESTATE_OPERATION(abort);
ESTATE_OPERATION(split);
ESTATE_OPERATION(join);
ESTATE_OPERATION(close);
ESTATE_OPERATION(release);
ESTATE_OPERATION(detach_hold);
ESTATE_OPERATION(set_nonblocking);
ESTATE_OPERATION(set_blocking);
ESTATE_OPERATION(with_segments);
ESTATE_OPERATION(with_packet_info);
ESTATE_OPERATION(handle);
ESTATE_OPERATION(local_addr);
ESTATE_OPERATION(remote_addr);
ESTATE_OPERATION(peer_credentials);
ESTATE_OPERATION(send_socket);
ESTATE_OPERATION(recv_socket);
ESTATE_OPERATION(set);
ESTATE_OPERATION(get);

#undef ESTATE_OPERATION

}  // namespace op

}  // namespace estate
