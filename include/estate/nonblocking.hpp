// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sockets that never wait: set_nonblocking() of one that does makes one. TCP and UDP, on any backend.

#include <estate/tcp.hpp>  // first, so that diagnostics have the short way to it
#include <estate/udp.hpp>

#include <estate/socket/attempt.hpp>
#include <estate/socket/concepts.hpp>
#include <estate/socket/nonblocking.hpp>
#include <estate/socket/nonblocking_concepts.hpp>
#include <estate/socket/operation/nonblocking/accept.hpp>
#include <estate/socket/operation/nonblocking/accept_from.hpp>
#include <estate/socket/operation/nonblocking/finish_connect.hpp>
#include <estate/socket/operation/nonblocking/recv.hpp>
#include <estate/socket/operation/nonblocking/recv_from.hpp>
#include <estate/socket/operation/nonblocking/recv_vectored.hpp>
#include <estate/socket/operation/nonblocking/send.hpp>
#include <estate/socket/operation/nonblocking/send_to.hpp>
#include <estate/socket/operation/nonblocking/send_vectored.hpp>
#include <estate/socket/operation/nonblocking/set_blocking.hpp>
#include <estate/version.hpp>
