// SPDX-License-Identifier: BSL-1.0
#pragma once

// Thousands of sockets in one thread: pollers that call a handler for each socket that may be tried.

#include <estate/nonblocking.hpp>  // these first, so that diagnostics have the short way to them
#include <estate/readiness/kind.hpp>
#include <estate/readiness/watched.hpp>
#include <estate/readiness/next.hpp>
#include <estate/readiness/ready.hpp>
#include <estate/readiness/handler.hpp>

#include <estate/backend/native_sockets.hpp>
#include ESTATE_NATIVE_MECHANISM
#include <estate/readiness/poller.hpp>
#if defined(ESTATE_NATIVE_WAKER)
#include <estate/waker.hpp>
#endif
#include <estate/version.hpp>

namespace estate {

/// By poll(), by wasi:io/poll in a component, for at most Capacity sockets; on every system.
template <std::size_t Capacity, class... Kinds>
using PollPoller = BasicPoller<NativePollSet<Capacity>, Kinds...>;

/// By the best that the platform has: epoll on Linux.
template <class... Kinds>
using Poller = BasicPoller<NativeMechanism, Kinds...>;

}  // namespace estate
