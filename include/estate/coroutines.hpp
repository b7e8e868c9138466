// SPDX-License-Identifier: BSL-1.0
#pragma once

// Coroutines over sockets that never wait: tasks in scopes, frames in slabs, no heap.

#include <estate/nonblocking.hpp>  // these first, so that diagnostics have the short way to them
#include <estate/coroutine/slab.hpp>
#include <estate/coroutine/routine.hpp>
#include <estate/coroutine/task.hpp>
#include <estate/coroutine/loop.hpp>
#include <estate/coroutine/scope.hpp>
#include <estate/coroutine/operation.hpp>
#include <estate/coroutine/async.hpp>
#include <estate/coroutine/connect.hpp>
#include <estate/coroutine/times.hpp>

#include <estate/backend/native_sockets.hpp>
#include ESTATE_NATIVE_MECHANISM
#include <estate/coroutine/basic_loop.hpp>
#if defined(ESTATE_NATIVE_WAKER)
#include <estate/waker.hpp>
#endif
#include <estate/version.hpp>

namespace estate {

/// A loop by the best that the platform has to watch many sockets: epoll on Linux, wasi:io/poll in a component, where
/// Descriptors are at most 256.
template <std::size_t Descriptors>
using NativeLoop = BasicLoop<NativeMechanism, Descriptors>;

}  // namespace estate
