// SPDX-License-Identifier: BSL-1.0
#pragma once

// Thousands of sockets in one thread: pollers that call a handler for each socket that may be tried.

#include <estate/nonblocking.hpp>  // these first, so that diagnostics have the short way to them
#include <estate/readiness/kind.hpp>
#include <estate/readiness/watched.hpp>
#include <estate/readiness/next.hpp>
#include <estate/readiness/ready.hpp>
#include <estate/readiness/handler.hpp>

#include <estate/backend/posix/native_mechanism.hpp>
#include <estate/readiness/poller.hpp>
#include <estate/waker.hpp>
#include <estate/version.hpp>

namespace estate {

/// By poll(), for at most Capacity sockets; on every POSIX system.
template <std::size_t Capacity, class... Kinds>
using PollPoller = BasicPoller<posix::PollSet<posix::Kernel, Capacity>, Kinds...>;

/// By the best that the platform has: epoll on Linux.
template <class... Kinds>
using Poller = BasicPoller<NativeMechanism, Kinds...>;

}  // namespace estate
