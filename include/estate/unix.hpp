// SPDX-License-Identifier: BSL-1.0
#pragma once

// Unix-domain sockets on the platform's backend, whole: streams, datagrams, sequenced packets, pairs, and sockets that
// are passed to other processes.

#include <estate/lifecycle/transition.hpp>  // first, so that diagnostics have the short way to it

#include <estate/backend/native.hpp>
#if !defined(ESTATE_NATIVE_UNIX)
#error "estate: this platform has no Unix-domain sockets (WASI 0.2 has none); use estate/tcp.hpp"
#else
#include ESTATE_NATIVE_UNIX
#include <estate/net/unix_literals.hpp>
#include <estate/socket/operation/accept.hpp>
#include <estate/socket/operation/accept_from.hpp>
#include <estate/socket/operation/bind_path.hpp>
#include <estate/socket/operation/close.hpp>
#include <estate/socket/operation/connect_path.hpp>
#include <estate/socket/operation/finish.hpp>
#include <estate/socket/operation/finish_or_abort.hpp>
#include <estate/socket/operation/handle.hpp>
#include <estate/socket/operation/listen.hpp>
#include <estate/socket/operation/local_path.hpp>
#include <estate/socket/operation/peer_credentials.hpp>
#include <estate/socket/operation/recv.hpp>
#include <estate/socket/operation/recv_datagram.hpp>
#include <estate/socket/operation/recv_exact.hpp>
#include <estate/socket/operation/recv_from.hpp>
#include <estate/socket/operation/recv_socket.hpp>
#include <estate/socket/operation/recv_vectored.hpp>
#include <estate/socket/operation/release.hpp>
#include <estate/socket/operation/remote_addr.hpp>
#include <estate/socket/operation/send.hpp>
#include <estate/socket/operation/send_all.hpp>
#include <estate/socket/operation/send_socket.hpp>
#include <estate/socket/operation/send_to.hpp>
#include <estate/socket/operation/send_vectored.hpp>
#include <estate/socket/operation/set_backlog.hpp>
#include <estate/socket/operation/set_nonblocking.hpp>
#include <estate/socket/operation/settings.hpp>
#include <estate/socket/operation/shutdown_receive.hpp>
#include <estate/socket/operation/shutdown_send.hpp>
#include <estate/socket/operation/split.hpp>
#include <estate/socket/option/buffers.hpp>
#include <estate/socket/unix.hpp>
#include <estate/version.hpp>
#endif
