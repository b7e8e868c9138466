// SPDX-License-Identifier: BSL-1.0
#pragma once

// Operations that the kernel does by itself: a ring over io_uring, where it is there. What a program does without one
// is in <estate/readiness.hpp>.

#include <estate/tcp.hpp>  // these first, so that diagnostics have the short way to them
#include <estate/completion/flight.hpp>
#include <estate/completion/done.hpp>
#include <estate/completion/handler.hpp>

#include <estate/backend/posix/uring.hpp>
#include <estate/completion/buffer_slab.hpp>
#include <estate/completion/ring.hpp>
#include <estate/waker.hpp>
#include <estate/version.hpp>

namespace estate {

/// A ring of the kernel: Linux 6.1. probe() says whether there is one; elsewhere it says no.
template <std::size_t Capacity, class... Kinds>
using Ring = BasicRing<posix::Uring, Capacity, Kinds...>;

}  // namespace estate
