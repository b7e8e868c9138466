// SPDX-License-Identifier: BSL-1.0
#pragma once

// Coroutines over a ring: tasks that await operations in flight, where io_uring is there. What a program does without
// one is in <estate/coroutines.hpp>.

#include <estate/completion.hpp>  // these first, so that diagnostics have the short way to them
#include <estate/coroutines.hpp>

#include <estate/coroutine/ring_loop.hpp>
#include <estate/version.hpp>

namespace estate {

/// A loop by a ring of the kernel: Linux 6.1. probe() says whether there is one.
template <std::size_t Capacity, class... Kinds>
using RingLoop = BasicRingLoop<posix::Uring, Capacity, Kinds...>;

}  // namespace estate
