// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/poll_set.hpp>
#if defined(ESTATE_NATIVE_POLLER)
#include ESTATE_NATIVE_POLLER
#endif

namespace estate {

/// poll() of at most Capacity sockets.
template <std::size_t Capacity>
using NativePollSet = posix::PollSet<posix::Kernel, Capacity>;

/// The best way that the platform has to watch many sockets: epoll on Linux, elsewhere poll() of at most 1,024.
#if defined(ESTATE_NATIVE_POLLER)
using NativeMechanism = posix::Epoll;
#else
using NativeMechanism = NativePollSet<1024>;
#endif

}  // namespace estate
