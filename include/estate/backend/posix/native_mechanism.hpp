// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/backend/posix/poll_set.hpp>
#if defined(ESTATE_NATIVE_POLLER)
#include ESTATE_NATIVE_POLLER
#endif

namespace estate {

/// The best way that the platform has to watch many sockets: epoll on Linux, elsewhere poll() of at most 1,024.
#if defined(ESTATE_NATIVE_POLLER)
using NativeMechanism = posix::Epoll;
#else
using NativeMechanism = posix::PollSet<posix::Kernel, 1024>;
#endif

}  // namespace estate
