// SPDX-License-Identifier: BSL-1.0
#pragma once

// Coroutines over sockets that never wait: tasks in scopes, frames in slabs, no heap.

#include <estate/nonblocking.hpp>  // these first, so that diagnostics have the short way to them
#include <estate/coroutine/slab.hpp>
#include <estate/coroutine/strand.hpp>
#include <estate/coroutine/task.hpp>
#include <estate/coroutine/loop.hpp>
#include <estate/coroutine/scope.hpp>
#include <estate/coroutine/operation.hpp>
#include <estate/coroutine/async.hpp>
#include <estate/coroutine/connect.hpp>
#include <estate/coroutine/times.hpp>

#include <estate/backend/posix/poll_set.hpp>
#include <estate/coroutine/basic_loop.hpp>
#include <estate/waker.hpp>
#include <estate/version.hpp>
#if defined(ESTATE_NATIVE_POLLER)
#include ESTATE_NATIVE_POLLER
#endif

namespace estate {

/// The best way that the platform has to watch many sockets: epoll on Linux.
#if defined(ESTATE_NATIVE_POLLER)
using NativeMechanism = posix::Epoll;
#else
using NativeMechanism = posix::PollSet<posix::Kernel, 1024>;
#endif

/// A loop by it, for descriptors below Descriptors.
template <std::size_t Descriptors>
using NativeLoop = BasicLoop<NativeMechanism, Descriptors>;

}  // namespace estate
