// SPDX-License-Identifier: BSL-1.0
#pragma once

// TCP sockets on the platform's backend, whole.

#include <concepts>  // these first, so that diagnostics have the short way to them
#include <estate/lifecycle/transition.hpp>
#include <estate/net/family.hpp>

#include <estate/backend/native_sockets.hpp>
#include <estate/socket/create.hpp>
#include <estate/socket/operation/abort.hpp>
#include <estate/socket/operation/accept.hpp>
#include <estate/socket/operation/accept_from.hpp>
#include <estate/socket/operation/begin_connect.hpp>
#include <estate/socket/operation/bind.hpp>
#include <estate/socket/operation/close.hpp>
#include <estate/socket/operation/connect.hpp>
#include <estate/socket/operation/detach_hold.hpp>
#include <estate/socket/operation/finish.hpp>
#include <estate/socket/operation/finish_connect.hpp>
#include <estate/socket/operation/finish_or_abort.hpp>
#include <estate/socket/operation/handle.hpp>
#include <estate/socket/operation/listen.hpp>
#include <estate/socket/operation/local_addr.hpp>
#include <estate/socket/operation/peek.hpp>
#include <estate/socket/operation/recv.hpp>
#include <estate/socket/operation/recv_exact.hpp>
#include <estate/socket/operation/recv_vectored.hpp>
#include <estate/socket/operation/release.hpp>
#include <estate/socket/operation/remote_addr.hpp>
#include <estate/socket/operation/send.hpp>
#include <estate/socket/operation/send_all.hpp>
#include <estate/socket/operation/send_vectored.hpp>
#include <estate/socket/operation/set_backlog.hpp>
#include <estate/socket/operation/set_nonblocking.hpp>
#include <estate/socket/operation/settings.hpp>
#include <estate/socket/operation/shutdown_receive.hpp>
#include <estate/socket/operation/shutdown_send.hpp>
#include <estate/socket/operation/split.hpp>
#include <estate/socket/option/address_reuse.hpp>
#include <estate/socket/option/binding.hpp>
#include <estate/socket/option/buffers.hpp>
#include <estate/socket/option/packets.hpp>
#include <estate/socket/option/stream.hpp>
#include <estate/version.hpp>
